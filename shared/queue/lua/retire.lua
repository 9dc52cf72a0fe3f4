-- Takes one worker off the books and puts the hints it had fetched but not acknowledged back to wait.
--
-- An entry that no fetch can read would end worker after worker, so the metadata is written anew, and an entry that
-- has no payload, or an id that push.lua cannot have made, is dropped.
--
-- KEYS[1] sorted set of workers, KEYS[2] the worker's set of fetched ids, KEYS[3] the worker's metadata,
-- KEYS[4] data hash, KEYS[5] list of waiting ids
-- ARGV[1] worker name, ARGV[2] prefix of metadata keys, ARGV[3] channel of notices
-- Returns how many hints wait again.
local returned = 0
for _, id in ipairs(redis.call('smembers', KEYS[2])) do
    local meta = ARGV[2] .. ':' .. id
    redis.call('del', meta)
    if string.match(id, '^%d+$') and redis.call('hexists', KEYS[4], id) == 1 then
        redis.call('hset', meta, 'attempts', 0, 'max_attempts', 1, 'status', 'Pending')
        redis.call('rpush', KEYS[5], id)
        returned = returned + 1
    else
        redis.call('hdel', KEYS[4], id)
    end
end
redis.call('del', KEYS[2], KEYS[3])
redis.call('zrem', KEYS[1], ARGV[1])
if returned > 0 then
    redis.call('publish', ARGV[3], returned)
end
return returned
