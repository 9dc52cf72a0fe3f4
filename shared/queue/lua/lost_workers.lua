-- Names workers whose last heartbeat is older than a number of seconds, by the server's own clock.
--
-- KEYS[1] sorted set of workers
-- ARGV[1] seconds, ARGV[2] how many to name at most
local oldest = redis.call('time')[1] - tonumber(ARGV[1])
return redis.call('zrangebyscore', KEYS[1], '-inf', oldest, 'limit', 0, ARGV[2])
