-- Removes what apalis-redis keeps of finished hints: the result, the payload and the place in a set.
--
-- KEYS[1] set of done ids, KEYS[2] set of dead ids, KEYS[3] data hash
-- ARGV[1] prefix of metadata keys, ARGV[2] how many to remove at most
-- Returns how many were removed.
local removed = 0
for set = 1, 2 do
    local ids = redis.call('spop', KEYS[set], tonumber(ARGV[2]) - removed)
    if #ids > 0 then
        redis.call('hdel', KEYS[3], unpack(ids))
        for i = 1, #ids do
            ids[i] = ARGV[1] .. ':' .. ids[i]
        end
        redis.call('unlink', unpack(ids))
        removed = removed + #ids
    end
end
return removed
