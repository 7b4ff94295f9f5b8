/**
 * The shared book of one quota family: one hash in Redis or Valkey, changed only by this script, so that every change
 * is whole. The clock is the store's. The sums are those of `bucket.ts`.
 *
 * Fields of the hash: `requests`, `tokens` and `day`, each a bucket as numbers in the order of `MEMBERS`; and
 * `claim:<process>` for every process that asked in vain: what it wants, since when, and when it last said so.
 *
 *     ask   <process> <requests> <tokens> <owed requests> <owed tokens>
 *     owe   <owed requests> <owed tokens>
 *     leave <process>
 *     limit <resource> <rate> <capacity> <level or nothing> <version>
 *     open  for each bucket: <rate> <capacity> <taken> <level> <owed> <known rate> <known capacity>
 *
 * `owed` is what was taken and not told yet; given back where it is negative. The answer is one line: the wait in
 * milliseconds (0: taken, -1: not today), then for each bucket rate, capacity, taken, granted and version. Or
 * `absent`: there is no book, as `open` has not been called, or the store has forgotten it; nothing was done.
 *
 * For Redis 5 and later, which replicate what a script does and not its text.
 */
export const SHARED_SCRIPT = `
local NAMES = { 'requests', 'tokens', 'day' }
local MEMBERS = { 'rate', 'capacity', 'taken', 'granted', 'at', 'version', 'refusedAt', 'knownRate', 'knownCapacity' }
-- Milliseconds: after which a process that waits and is silent loses its place, and an unused book is forgotten.
local CLAIM_MS, BOOK_MS, DAY_MS = 5000, 600000, 86400000
-- For this long after a refusal a quota is raised in small steps only.
local CALM_MS = 60000
-- Refusals that come within this time of one another tell the same: calls were under way when the first came.
local ECHO_MS = 500

local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local key, command = KEYS[1], ARGV[1]
local buckets, claims = {}, {}

local function number(text)
  local value = tonumber(text)
  if not value or value ~= value or value == math.huge or value == -math.huge then
    error('not a number: ' .. tostring(text))
  end
  return value
end

local function numbers(text, names)
  local values, index = {}, 0
  for word in string.gmatch(text, '%S+') do
    index = index + 1
    values[names[index] or index] = number(word)
  end
  return values
end

-- Redis would cut numbers to 14 digits.
local function exact(value)
  return string.format('%.17g', value)
end

local function refill(bucket)
  local earned = math.max(0, now - bucket.at) * bucket.rate
  -- Unlike a process's clock, this one can be set back.
  bucket.at = now
  bucket.granted = math.min(bucket.granted + earned, bucket.taken + bucket.capacity)
  return bucket.granted - bucket.taken
end

local function setRate(bucket, rate, capacity, level)
  local left = refill(bucket)
  if not level then
    level = left
    if bucket.rate == 0 then level = capacity end
  end
  bucket.rate, bucket.capacity = rate, capacity
  bucket.granted = bucket.taken + math.min(level, capacity)
  bucket.version = bucket.version + 1
end

local function waitFor(bucket, cost, ahead)
  if bucket.rate == 0 then return 0 end
  local missing = ahead + math.min(cost, bucket.capacity) - refill(bucket)
  if missing <= bucket.capacity * 1e-6 then return 0 end
  return missing / bucket.rate
end

local function take(bucket, amount)
  refill(bucket)
  bucket.taken = bucket.taken + amount
  if bucket.rate == 0 then bucket.granted = bucket.taken end
end

local function takeAll(requests, tokens)
  take(buckets.requests, requests)
  take(buckets.tokens, tokens)
  take(buckets.day, tokens)
end

local function cap(bucket, amount)
  if bucket.rate == 0 then return 0 end
  return math.min(amount, bucket.capacity)
end

local function isAlive(claim)
  return math.abs(now - claim.seen) <= CLAIM_MS
end

-- What those will take who asked before, and have not left or died.
local function aheadOf(since)
  local requests, tokens = 0, 0
  for other, claim in pairs(claims) do
    if not isAlive(claim) then
      redis.call('HDEL', key, 'claim:' .. other)
    elseif claim.since < since then
      requests = requests + cap(buckets.requests, claim.requests)
      tokens = tokens + cap(buckets.tokens, claim.tokens)
    end
  end
  return requests, tokens
end

local function ask(process, requests, tokens)
  local own = claims[process]
  claims[process] = nil
  -- Who comes now comes after all others, also where clocks show the same.
  local since = own and isAlive(own) and own.since or math.huge
  local wait = -1
  if waitFor(buckets.day, tokens, 0) == 0 then
    local requestsAhead, tokensAhead = aheadOf(since)
    wait = math.max(waitFor(buckets.requests, requests, requestsAhead), waitFor(buckets.tokens, tokens, tokensAhead))
  end
  if wait > 0 then
    since = math.min(since, now)
    local claim = exact(requests) .. ' ' .. exact(tokens) .. ' ' .. exact(since) .. ' ' .. exact(now)
    redis.call('HSET', key, 'claim:' .. process, claim)
  elseif own then
    redis.call('HDEL', key, 'claim:' .. process)
  end
  if wait == 0 then takeAll(requests, tokens) end
  return wait
end

-- Who raises must know the newest limit: several that raise at once count once. Refusals count always; but those of one
-- moment lower a known quota once, as none of the processes sees which calls of the others were refused.
local function limit(bucket, rate, capacity, level, version)
  local old, new = bucket.rate, rate
  if old == 0 then old = math.huge end
  if new == 0 then new = math.huge end
  local isLeap = new > old * 1.5 and now - bucket.refusedAt < CALM_MS
  if new > old and (version ~= bucket.version or isLeap) then return end
  local isEcho = bucket.knownRate > 0 and now - bucket.refusedAt < ECHO_MS
  if isEcho and new < old then rate, capacity = bucket.rate, bucket.capacity end
  setRate(bucket, rate, capacity, level)
  if not isEcho and (new < old or level) then bucket.refusedAt = now end
end

local function newBucket(rate, capacity, taken, level, knownRate, knownCapacity)
  return {
    rate = rate, capacity = capacity, taken = taken, granted = taken + math.min(level, capacity), at = now,
    version = 1, refusedAt = 0, knownRate = knownRate, knownCapacity = knownCapacity,
  }
end

-- What was taken while the store was away: Bedrock's own bucket would not have let it into debt.
local function addDebt(bucket, amount)
  local level = refill(bucket)
  take(bucket, amount)
  if amount > 0 then bucket.granted = math.max(bucket.granted, bucket.taken + math.min(level, 0)) end
end

local function open(name, rate, capacity, taken, level, owed, knownRate, knownCapacity)
  local bucket = buckets[name]
  if not bucket then
    buckets[name] = newBucket(rate, capacity, taken, level, knownRate, knownCapacity)
    return
  end
  addDebt(bucket, owed)
  if knownRate == 0 or (knownRate == bucket.knownRate and knownCapacity == bucket.knownCapacity) then return end
  bucket.knownRate, bucket.knownCapacity = knownRate, knownCapacity
  setRate(bucket, knownRate, knownCapacity)
end

local function save()
  local fields = {}
  for _, name in ipairs(NAMES) do
    local values = {}
    for index, member in ipairs(MEMBERS) do values[index] = exact(buckets[name][member]) end
    fields[#fields + 1] = name
    fields[#fields + 1] = table.concat(values, ' ')
  end
  redis.call('HSET', key, unpack(fields))
  redis.call('PEXPIRE', key, buckets.day.rate == 0 and BOOK_MS or DAY_MS)
end

local function answer(wait)
  local values = { exact(wait) }
  for _, name in ipairs(NAMES) do
    local bucket = buckets[name]
    refill(bucket)
    for _, member in ipairs({ 'rate', 'capacity', 'taken', 'granted', 'version' }) do
      values[#values + 1] = exact(bucket[member])
    end
  end
  return table.concat(values, ' ')
end

local stored = redis.call('HGETALL', key)
for index = 1, #stored, 2 do
  local field, value = stored[index], stored[index + 1]
  local process = string.match(field, '^claim:(.+)$')
  if process then
    claims[process] = numbers(value, { 'requests', 'tokens', 'since', 'seen' })
  else
    buckets[field] = numbers(value, MEMBERS)
  end
end

local wait = 0
if command == 'open' then
  for index, name in ipairs(NAMES) do
    local values = {}
    for offset = 1, 7 do values[offset] = number(ARGV[(index - 1) * 7 + 1 + offset]) end
    open(name, unpack(values))
  end
elseif not (buckets.requests and buckets.tokens and buckets.day) then
  return 'absent'
elseif command == 'ask' then
  takeAll(number(ARGV[5]), number(ARGV[6]))
  wait = ask(ARGV[2], number(ARGV[3]), number(ARGV[4]))
elseif command == 'owe' then
  takeAll(number(ARGV[2]), number(ARGV[3]))
elseif command == 'leave' then
  redis.call('HDEL', key, 'claim:' .. ARGV[2])
elseif command == 'limit' then
  local level = ARGV[5] ~= '' and number(ARGV[5]) or nil
  limit(buckets[ARGV[2]], number(ARGV[3]), number(ARGV[4]), level, number(ARGV[6]))
else
  error('unknown command: ' .. tostring(command))
end
local line = answer(wait)
save()
return line
`;
