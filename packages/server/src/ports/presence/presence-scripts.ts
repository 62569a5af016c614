/**
 * What Redis does at one stroke for presence. All keys carry the one hash tag `{presence}`: they lie in one slot, so that
 * each script is atomic on a cluster too, where presence then lies on one shard. `pop` and `sweep` make the names of
 * users' keys themselves, from the prefix that they are given.
 *
 * `pipit:{presence}:user:<tenant>/<user>`, a hash, is there while the user is online, and holds
 *   `<node>/<socket>`: a live socket, in focus (`1`) or not (`0`), and its device after that
 *   `@`: when the last socket went, in the grace
 *   `?`: when they came, while it is not certain yet whether that has been told
 *   `!`: the call that let them come: sent again because the answer was lost, it gets the same one
 * `pipit:{presence}:node:<node>`, a set, holds the users that have sockets on a node.
 * `pipit:{presence}:told:<node>`, a hash, holds what a node was last given to tell, should the answer be lost.
 * `pipit:{presence}:nodes` has each node's last heartbeat, and `pipit:{presence}:due` when there is something to tell of a
 * user: that they are offline, or, of those with `?`, that they are online.
 * `pipit:{presence}:epoch`, a hash, is there since Redis last was empty: who knows another one has seen data lost,
 *   and says so there.
 */

/** Forgets a node's sockets of a user. */
const dropSockets = `
local function dropSockets(key, node)
  local prefix = node .. '/'
  for _, field in ipairs(redis.call('hkeys', key)) do
    if string.sub(field, 1, #prefix) == prefix then redis.call('hdel', key, field) end
  end
end
`;

const hasSockets = `
local function hasSockets(key)
  for _, field in ipairs(redis.call('hkeys', key)) do
    if string.find(field, '/', 1, true) then return true end
  end
  return false
end
`;

/**
 * Sets the sockets that a node has of a user. What the node has known of them in an earlier epoch was lost: they are put
 * back in silence, or into the grace. That is right while nobody can have been told to be offline in the new epoch yet;
 * later it is told that they came, since that is the lesser evil. Who comes right after such a loss may be known to a node
 * that has yet to say so: that they came is told a little later, if none does.
 */
const put = `${dropSockets}${hasSockets}
local user, ofNode, due, nodes, epochKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local member, node, epoch, knownIn, token = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local now, wentAt, grace, settle, ttl = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), ARGV[10]
local current = redis.call('hmget', epochKey, 'id', 'born', 'isLoss')
if current[1] ~= epoch or not redis.call('zscore', nodes, node) then return { 'unknown', 0 } end
local born = tonumber(current[2])
local isLost = knownIn ~= '' and knownIn ~= epoch
local existed = redis.call('exists', user) == 1

dropSockets(user, node)
for i = 11, #ARGV, 2 do redis.call('hset', user, node .. '/' .. ARGV[i], ARGV[i + 1]) end
if #ARGV > 10 then redis.call('sadd', ofNode, member) else redis.call('srem', ofNode, member) end
redis.call('expire', ofNode, ttl)

local state, at = 'same', 0
if isLost then redis.call('hdel', user, '?') end
if hasSockets(user) then
  redis.call('hdel', user, '@')
  if existed then
    if redis.call('hget', user, '!') == token then state = 'came' end
  elseif knownIn == '' and current[3] and now < born + settle then
    redis.call('hset', user, '?', ARGV[6])
  elseif not isLost or now >= born + grace then
    redis.call('hset', user, '!', token)
    state = 'came'
  end
  if redis.call('hexists', user, '?') == 1 then at = math.max(now, born + settle) end
elseif existed or isLost then
  local went = tonumber(redis.call('hget', user, '@') or 0)
  at = tonumber(redis.call('zscore', due, member) or 0)
  if wentAt > went then
    redis.call('hset', user, '@', ARGV[7])
    at = math.max(at, wentAt + grace, now + settle)
  end
end
if redis.call('hexists', user, '?') == 1 then state = 'pending' end
if at > 0 then redis.call('zadd', due, at, member) else redis.call('zrem', due, member) end
redis.call('expire', user, ttl)
return { state, at }
`;

/** Takes what is due, so that no other node tells it. @returns when more is due, and of each its member, 1 or 0, and time */
const pop = `${hasSockets}
local due, toldKey = KEYS[1], KEYS[2]
local now, token, limit, prefix, ttl = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local told = {}
local function tell(member, isOnline, at)
  for _, value in ipairs({ member, isOnline, at }) do table.insert(told, value) end
end
local last = redis.call('hmget', toldKey, 'token', 'told')
if last[1] == token then
  local before = cjson.decode(last[2])
  for i = 1, #before, 3 do
    if redis.call('exists', prefix .. before[i]) == tonumber(before[i + 1]) then tell(before[i], before[i + 1], before[i + 2]) end
  end
else
  for _, member in ipairs(redis.call('zrange', due, '-inf', now, 'byscore', 'limit', 0, limit)) do
    local key = prefix .. member
    local marks = redis.call('hmget', key, '@', '?')
    redis.call('zrem', due, member)
    if hasSockets(key) then
      redis.call('hdel', key, '?')
      if marks[2] then tell(member, '1', marks[2]) end
    else
      redis.call('del', key)
      if marks[1] and not marks[2] then tell(member, '0', marks[1]) end
    end
  end
  if #told > 0 then
    redis.call('hset', toldKey, 'token', token, 'told', cjson.encode(told))
    redis.call('expire', toldKey, ttl)
  end
end
return { redis.call('zrange', due, 0, 0, 'withscores')[2] or '0', unpack(told) }
`;

/**
 * A node lives. @returns the epoch; whether the node was known and nobody took it for dead; when something is due next; and
 * the nodes that are dead
 */
const beat = `
local epochKey, nodes, due = KEYS[1], KEYS[2], KEYS[3]
local node, now, lease, ttl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local lastEpoch, newEpoch = ARGV[5], ARGV[6]
local epoch = redis.call('hget', epochKey, 'id')
if not epoch then
  epoch = newEpoch
  redis.call('hset', epochKey, 'id', epoch, 'born', ARGV[2])
end
if lastEpoch ~= '' and lastEpoch ~= epoch then redis.call('hset', epochKey, 'isLoss', '1') end
local last = tonumber(redis.call('zscore', nodes, node) or 0)
redis.call('zadd', nodes, ARGV[2], node)
for _, key in ipairs(KEYS) do redis.call('expire', key, ttl) end
local isKnown = last > now - lease and '1' or '0'
local nextDue = redis.call('zrange', due, 0, 0, 'withscores')[2] or '0'
local dead = redis.call('zrange', nodes, '-inf', now - lease, 'byscore', 'limit', 0, 10)
return { epoch, isKnown, nextDue, unpack(dead) }
`;

/** Forgets sockets of a node, if it gave no sign of life since. @returns whether there may be more */
const sweep = `${dropSockets}${hasSockets}
local ofNode, nodes, due = KEYS[1], KEYS[2], KEYS[3]
local node, before, endsAt, limit, prefix, ttl = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local last = redis.call('zscore', nodes, node)
if not last or tonumber(last) > before then return 0 end
for _, member in ipairs(redis.call('spop', ofNode, limit)) do
  local key = prefix .. member
  local existed = redis.call('exists', key) == 1
  dropSockets(key, node)
  if existed and not hasSockets(key) and redis.call('hsetnx', key, '@', last) == 1 then
    redis.call('zadd', due, endsAt, member)
    redis.call('expire', key, ttl)
  end
end
if redis.call('exists', ofNode) == 1 then return 1 end
redis.call('zrem', nodes, node)
return 0
`;

/** @returns of each user, whether they are online */
const areOnline = `
local online = {}
for i, key in ipairs(KEYS) do online[i] = redis.call('exists', key) end
return online
`;

export const presenceScripts = {
  presencePut: { lua: put, numberOfKeys: 5 },
  presencePop: { lua: pop, numberOfKeys: 2 },
  presenceBeat: { lua: beat, numberOfKeys: 3 },
  presenceSweep: { lua: sweep, numberOfKeys: 3 },
  presenceAreOnline: { lua: areOnline },
};
