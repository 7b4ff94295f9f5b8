import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const folder = fileURLToPath(new URL('../../examples/', import.meta.url));

/** What each example must print; `demo.ts` has a test of its own. */
const prints: Readonly<Record<string, RegExp>> = {
  'anthropic.ts':
    /tokens: \d+\nWho[^\n]*cached: 0\nWhat[^\n]*cached: [1-9]\d+\nbridge.txt says: The bridge was opened in 1932\.\ntool: bash\n[\s\S]*asked: \/anthropic\/v1\/messages/,
  'catalog.ts':
    /Claude Sonnet 4\.5 ACTIVE 200000 [\s\S]*global[^\n]*31 Regions[\s\S]*read documents: \d+[\s\S]*ends 2026-09-10, then anthropic[\s\S]*our price: 0\.7\nours: Rocket/,
  'citations.ts': /opened in 1932[\s\S]*- bridge \(document\)[\s\S]*- Trains \(url\)/,
  'cost.ts':
    /^\$0\.000\d+\n {2}input: [\s\S]*Nova Lite: less\nNo price is known for videoSecond[\s\S]*warning: [\s\S]*stopped by the budget\n7 calls, reranking \$0\.01\nacme: 1 call\ncheapest in Ireland: \S+ \$0\.\d+/,
  'embeddings.ts': /found: The bridge was opened[\s\S]*images: 1536, 1536\nbytes: 1536 bits: 1536/,
  'files.ts': /"name":"notes-of-may"[\s\S]*"bucketOwner":"123456789012"/,
  'from-env.ts':
    /info call kind=chat model=us\.anthropic\.claude-sonnet-5 [^\n]* usd=0\.\d+[^\n]*\nanswered by us\.anthropic\.claude-sonnet-5\n[\s\S]* info retried call=2 model=us\.amazon\.nova-micro[\s\S]* error failed [^\n]*error=CallTimeout[^\n]*\nCallTimeout\n$/,
  'guardrail-middleware.ts':
    /INPUT blocked\ncontent-filter I cannot[\s\S]*shown: Write to \{EMAIL\}[\s\S]*found: EMAIL/,
  'guardrail.ts': /content-filter I cannot[\s\S]*blocked: Investments/,
  'health.ts':
    /^200 arn:aws:iam::\S+\nus\.anthropic\S+ ok skipped\namazon\.titan\S+ ok skipped\nrequests of the second probe: 0\n503\nfailed ThrottlingException -> A quota[^\n]*\nfailed Thr/,
  'high-throughput.ts': /urgent answer: early\nanswers: 2000\nrefused: \d+\nwaited: most/,
  'images.ts': /image\/png true\nseeds: 7, 8, 9\nedited: 1\ninpainted: 1/,
  'invoke-model.ts':
    /<\|begin_of_text\|>[\s\S]*celsius 7[\s\S]*served: \{ type: 'flex' \}\nbedrock\.invoke \{"prompt":"<s>\[INST\] Say hello\. \[\/INST\]"/,
  'knowledge-base.ts':
    /^0\.\d\d s3:\/\/handbook[^\n]*\n[^\n]*opened in 1932\.\nfrom s3:[\s\S]*1889\.\nfrom https:/,
  'local-model.ts': /The tool said: [^\n]*"degrees":7[^\n]*\n2 steps, Converse, Converse\n/,
  'local-quotas.ts':
    /Too many tokens[\s\S]*admitted: 3[\s\S]*tokens: 1,[\s\S]*capacity: [1-9]\d*\nstream 1: stop\nstream 2: interrupted/,
  'openai.ts':
    /asked: \/openai\/v1\/responses\ncalled: \{ city: 'Oslo' \}\n[^\n]*rain[\s\S]*thought: The user asks[\s\S]*age: 7 \/openai\/v1\/responses\nmodel: /,
  'operations.ts':
    /tokens: \d+ by service\ntokens: \d+ by estimate 1\nguardrail: masked Write to \{EMAIL\}\.[\s\S]*available: true\ncaller: keys LOCA…ROCK 123456789012 404\nbehind it: anthropic/,
  'prompt-caching.ts': /my dog\? read 0, wrote [1-9]\d+[\s\S]*my cat\? read [1-9]\d+/,
  'reasoning.ts': /thoughts: [^\n]+\nanswer: [^\n]+\nanswer: [^\n]+And 223/,
  'reranking.ts': /opened in 1932[\s\S]*Trains cross[\s\S]*0\.\d\d Bob\n0\.\d\d Ann/,
  'server-tools.ts': /opened in 1932[\s\S]*ran nova_grounding[\s\S]*source https:\/\/example\.com/,
  'service-options.ts': /serviceTier: \{ type: 'flex' \}[\s\S]*stop_reason: 'end_turn'/,
  'structured-output.ts': /native\n[\s\S]* tool\n[\s\S]*so far: \{ name: /,
  'tools.ts': /weather \(now\) \{ city: 'Oslo' \} -> \{ city: 'Oslo', celsius: 7 \}/,
  'video.ts':
    /video\/mp4 true\nin S3: s3:\/\/my-bucket\/videos\/[\s\S]*left in S3: 1\nhanded out as url\njob: InProgress of [\s\S]*failed: ContentFiltered/,
};

/** `npm test` builds the package first, so the examples run on what users install. */
describe('the examples', () => {
  const files = readdirSync(folder).filter(name => name.endsWith('.ts') && name !== 'demo.ts');

  it('each have something that they must print', () => {
    expect(files.toSorted()).toEqual(Object.keys(prints));
  });

  it.concurrent.each(Object.entries(prints))('%s runs and says what it shows', async (file, expected) => {
    const { stdout, stderr } = await run(process.execPath, [folder + file], { timeout: 60_000 });
    expect(stdout).toMatch(expected);
    expect(stderr).toBe('');
  });
});
