-- Adds waiting hints, in the layout that apalis-redis 1.0.0 fetches, up to the bound; returns how many were added.
--
-- apalis-redis's own push is not used: it files every hint under the pusher's clock in seconds, so a worker whose clock
-- is behind sees it late, and it has no bound, while its fetch fails for ever once 8,000 hints are due.
--
-- KEYS[1] data hash, KEYS[2] list of waiting ids, KEYS[3] counter that makes ids
-- ARGV[1] prefix of metadata keys, ARGV[2] bound, ARGV[3] channel of notices, ARGV[4..] payloads
local count = math.min(#ARGV - 3, tonumber(ARGV[2]) - redis.call('llen', KEYS[2]))
if count <= 0 then
    return 0
end

-- Lua passes only so many arguments to one call.
local chunk = 500
local last = redis.call('incrby', KEYS[3], count)
local ids, fields = {}, {}
for i = 1, count do
    local id = string.format('%.0f', last - count + i)
    ids[#ids + 1] = id
    fields[#fields + 1] = id
    fields[#fields + 1] = ARGV[3 + i]
    redis.call('hset', ARGV[1] .. ':' .. id, 'attempts', 0, 'max_attempts', 1, 'status', 'Pending')
    if #ids == chunk or i == count then
        redis.call('hset', KEYS[1], unpack(fields))
        redis.call('rpush', KEYS[2], unpack(ids))
        ids, fields = {}, {}
    end
end
redis.call('publish', ARGV[3], count)
return count
