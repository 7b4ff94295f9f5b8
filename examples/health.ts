/** A health route: 200 or 503 for a load balancer, and a report for people. */
import { createBedrock } from 'bedrock-ai-provider';
import { checkHealth, type HealthReport } from 'bedrock-ai-provider/health';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

const local = createLocalBedrock();
const bedrock = createBedrock(local.settings);
const models = ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'amazon.titan-embed-text-v2:0'];

// One report for all who ask within half a minute: probes come every few seconds, and from several places.
const KEPT_MS = 30_000;
let kept: { report: Promise<HealthReport>; until: number } | undefined;

function currentReport(): Promise<HealthReport> {
  if (kept === undefined || Date.now() > kept.until) {
    kept = { report: checkHealth(bedrock, { models, timeoutMs: 5000 }), until: Date.now() + KEPT_MS };
  }
  return kept.report;
}

/** A fetch handler: `export { GET } from …` in Next.js, `export default { fetch }` in Workers, Bun and Deno. */
async function health(request: Request): Promise<Response> {
  // Models are called, and paid for, only when somebody asks for it: /health?calls. Keep that from the public.
  const isDeep = new URL(request.url).searchParams.has('calls');
  const report = isDeep ? await checkHealth(bedrock, { models, callModels: true }) : await currentReport();
  return Response.json(report, {
    status: report.ok ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
  });
}

const ask = async (path: string) => {
  const response = await health(new Request(`http://app.example${path}`));
  return { status: response.status, report: (await response.json()) as HealthReport };
};

// What a load balancer asks. Nothing is called.
const probe = await ask('/health');
console.log(probe.status, probe.report.caller.arn);
for (const { modelId, access, call } of probe.report.models) console.log(modelId, access.status, call.status);

// Asked again at once: answered from memory.
const before = local.requests.length;
await ask('/health');
console.log('requests of the second probe:', local.requests.length - before);

// What a person asks after an alarm.
local.setFaults([{ error: { name: 'ThrottlingException', message: 'Too many requests.' } }]);
const deep = await ask('/health?calls');
console.log(deep.status);
for (const { call } of deep.report.models) console.log(call.status, call.code, '->', call.advice);
