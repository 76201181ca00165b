-- The same claim in Redis, atomic as every script is: the code's state and capacity, once per redeemer, the counter, the row.
-- KEYS: the code (hash: state, max_uses, uses), its redeemers (hash: redeemer -> redemption). ARGV: the redeemer.
-- As few calls as a claim can do with, since they are what Redis spends its time on: the number of a redemption is the code's
-- counter, so none is drawn, and the redeemer is looked up by the write that fails when there is one.
local code = redis.call('HMGET', KEYS[1], 'state', 'max_uses', 'uses')
if not code[1] then return {'invalid'} end
if code[1] ~= 'active' or tonumber(code[3]) >= tonumber(code[2]) then
    local existing = redis.call('HGET', KEYS[2], ARGV[1])
    if existing then return {'already', existing} end
    return {code[1] == 'active' and 'exhausted' or code[1]}
end
local redemption = KEYS[1] .. ':redemption:' .. (code[3] + 1)
if redis.call('HSETNX', KEYS[2], ARGV[1], redemption) == 0 then
    return {'already', redis.call('HGET', KEYS[2], ARGV[1])}
end
redis.call('HINCRBY', KEYS[1], 'uses', 1)
redis.call('HSET', redemption, 'code', KEYS[1], 'redeemer', ARGV[1], 'redeemed_at', redis.call('TIME')[1])
return {'ok', redemption}
