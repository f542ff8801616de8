-- One request over and over, or one of its kind with a name of its own. What is sent stands in variables, because wrk
-- gives scripts no other parameters: METHOD, TARGET, BODY, HEADERS ("Name: value"). @T is the number of the thread,
-- @N counts, @R is another in each run. With CONFLICTS answers 409 are counted by themselves.
--
-- What runs for each request is little, as it runs beside the server that is measured: a number in a text that was made
-- before, always of the same length, and a look at each answer only where that is asked for.
local threads = {}

function setup(thread)
  thread:set("id", #threads)
  table.insert(threads, thread)
end

local ZERO = "0000000000"
local target, body, run = os.getenv("TARGET"), os.getenv("BODY"), os.getenv("RUN")
local counts = string.find(target .. (body or ""), "@N", 1, true) ~= nil
local parts, count = {}, 0

local function fill(text)
  local named = string.gsub(string.gsub(text, "@T", tostring(id)), "@R", run)
  return (string.gsub(named, "@N", ZERO))
end

function init(args)
  conflicts = 0
  wrk.method = os.getenv("METHOD")
  wrk.path = fill(target)
  wrk.body = body and fill(body)
  for line in string.gmatch(os.getenv("HEADERS") or "", "[^\n]+") do
    local name, value = string.match(line, "([^:]+): (.*)")
    wrk.headers[name] = value
  end
  if body then wrk.headers["Content-Type"] = "application/json" end
  local text, from = wrk.format(), 1
  local at = string.find(text, ZERO, from, true)
  while at do
    table.insert(parts, string.sub(text, from, at - 1))
    from = at + #ZERO
    at = string.find(text, ZERO, from, true)
  end
  table.insert(parts, string.sub(text, from))
end

if counts then
  function request()
    count = count + 1
    return table.concat(parts, string.format("%010d", count))
  end
end

if os.getenv("CONFLICTS") then
  function response(status)
    if status == 409 then conflicts = conflicts + 1 end
  end
end

function done(summary, latency)
  local conflicted = 0
  for _, thread in ipairs(threads) do
    conflicted = conflicted + thread:get("conflicts")
  end
  local errors = summary.errors
  local unwanted = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("RESULT %f %f %f %d %d\n",
    (summary.requests - unwanted) / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, conflicted, unwanted - conflicted))
end
