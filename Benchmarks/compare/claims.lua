-- Single claims for wrk: every request has a redeemer of its own, over all runs against one server.
-- Arguments after "--": the key, the number of this run, how many requests to send at once, a file with codes, one a line.
local head, codes, first, depth
local state = 0

function init(arguments)
    head = "POST /api/invitations/redeem HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        .. "Authorization: Bearer " .. arguments[1] .. "\r\nContent-Length: "
    first = tonumber(arguments[2]) * 4294967296
    depth = tonumber(arguments[3])
    codes = {}
    for code in io.lines(arguments[4]) do codes[#codes + 1] = code end
end

-- A number of this run that has not been used, in an order that looks random, as people arrive: this generator of 32 bits comes
-- back to a number only after all the others, and its product stays below 2^53, where Lua's numbers are exact.
local function redeemer()
    state = (1664525 * state + 1013904223) % 4294967296
    return string.format("%.0f", first + state)
end

local function claim()
    local body = '{"code":"' .. codes[math.random(#codes)] .. '","redeemer_id":"' .. redeemer() .. '"}'
    return head .. #body .. "\r\n\r\n" .. body
end

function request()
    if depth == 1 then return claim() end
    local claims = {}
    for index = 1, depth do claims[index] = claim() end
    return table.concat(claims)
end

-- One line that a script can read: answers, microseconds, answers that were not 2xx, what went wrong on the wire.
function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format("figures %d %d %d %d\n", summary.requests, summary.duration, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout))
end
