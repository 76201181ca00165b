-- Claims for wrk in requests of many lines (/redeem/batch), each line with a redeemer of its own, named in sequence.
-- Arguments after "--": the key, the number of this run, lines a request, a file whose first line is the code.
-- The body is made once; for the next request only the digits that differ are written into it. Joining ten thousand strings a
-- request would take a good part of the core that the server needs.
local ffi = require("ffi")
local buffer, length, lines, line_bytes, first_digit, next_request
local digits = 8

function init(arguments)
    lines = tonumber(arguments[3])
    -- A redeemer is "user-", the request in 8 digits, the line in 5. Room for 10^5 requests in a run.
    next_request = tonumber(arguments[2]) * 100000
    local before = '{"code":"' .. io.lines(arguments[4])() .. '","redeemer_id":"user-'
    local body = {}
    for line = 0, lines - 1 do body[line + 1] = before .. string.rep("0", digits) .. string.format('%05d"}\n', line) end
    line_bytes = #body[1]
    body = table.concat(body)
    local head = "POST /api/invitations/redeem/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
        .. "Authorization: Bearer " .. arguments[1] .. "\r\nContent-Length: " .. #body .. "\r\n\r\n"
    length = #head + #body
    buffer = ffi.new("char[?]", length)
    ffi.copy(buffer, head .. body, length)
    first_digit = #head + #before
end

function request()
    local number = string.format("%08d", next_request)
    next_request = next_request + 1
    for line = 0, lines - 1 do ffi.copy(buffer + first_digit + line * line_bytes, number, digits) end
    return ffi.string(buffer, length)
end

-- The same line as claims.lua prints.
function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format("figures %d %d %d %d\n", summary.requests, summary.duration, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout))
end
