/**
 * Short names of models. Each stands for the newest active model of its line that `bedrock-runtime` serves, on the day
 * of the catalog; by which profile it is called depends on the Region, and is looked up in the catalog at the call.
 * A test holds the table against the catalog. Documented in docs/environment.md.
 */
export const ALIASES: Readonly<Record<string, string>> = {
  'claude-fable': 'anthropic.claude-fable-5',
  'claude-opus': 'anthropic.claude-opus-5',
  'claude-sonnet': 'anthropic.claude-sonnet-5',
  'claude-haiku': 'anthropic.claude-haiku-4-5-20251001-v1:0',
  'nova-pro': 'amazon.nova-pro-v1:0',
  'nova-lite': 'amazon.nova-2-lite-v1:0',
  'nova-micro': 'amazon.nova-micro-v1:0',
  'llama-maverick': 'meta.llama4-maverick-17b-instruct-v1:0',
  'llama-scout': 'meta.llama4-scout-17b-instruct-v1:0',
  'mistral-large': 'mistral.mistral-large-3-675b-instruct',
  'pixtral-large': 'mistral.pixtral-large-2502-v1:0',
  deepseek: 'deepseek.v3.2',
  'gpt-oss-120b': 'openai.gpt-oss-120b-1:0',
  'gpt-oss-20b': 'openai.gpt-oss-20b-1:0',
  'qwen-coder': 'qwen.qwen3-coder-next',
  'nova-embed': 'amazon.nova-2-multimodal-embeddings-v1:0',
  'titan-embed': 'amazon.titan-embed-text-v2:0',
  'cohere-embed': 'cohere.embed-v4:0',
  'cohere-rerank': 'cohere.rerank-v3-5:0',
  'amazon-rerank': 'amazon.rerank-v1:0',
  'stable-image-core': 'stability.stable-image-core-v1:1',
  'stable-image-ultra': 'stability.stable-image-ultra-v1:1',
  'luma-ray': 'luma.ray-v2:0',
};
