/** What AWS says, beyond the name of an error, and what we advise then. */
export interface Sample {
  readonly name: string;
  /** Undefined: there is no reply. */
  readonly status: number | undefined;
  readonly message: string;
  readonly retryable?: true;
  readonly advice: string;
}

/** The call that the advices of the samples speak of. */
export const call = { modelId: 'anthropic.claude-opus-4-8', region: 'eu-west-1' } as const;

const role = 'User: arn:aws:sts::123456789012:assumed-role/app/session';
const model = 'arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-opus-4-8';

export const samples: readonly Sample[] = [
  {
    name: 'ThrottlingException',
    status: 429,
    message: 'Too many tokens per day, please wait before trying again.',
    advice:
      'The daily token quota of the account is used up, or is zero because the account is new: raise it in Service Quotas, or call another model or Region.',
  },
  {
    name: 'ValidationException',
    status: 400,
    message:
      'Invocation of model ID anthropic.claude-opus-4-8 with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.',
    advice:
      'Call the model through an inference profile: from eu-west-1 the model may be reached as eu.anthropic.claude-opus-4-8 or global.anthropic.claude-opus-4-8.',
  },
  {
    name: 'ValidationException',
    status: 400,
    message: 'The provided model identifier is invalid.',
    advice:
      'Check the id, and that eu-west-1 offers the model; many models are reached only through an inference profile: from eu-west-1 the model may be reached as eu.anthropic.claude-opus-4-8 or global.anthropic.claude-opus-4-8.',
  },
  {
    name: 'ValidationException',
    status: 400,
    message: 'The guardrail identifier or version provided in the request does not exist.',
    advice: 'Guardrails belong to a Region: check that this one and its version exist in eu-west-1.',
  },
  {
    name: 'invalid_request_error',
    status: 400,
    message: "The model 'openai.gpt-5.5' isn't supported on this route.",
    advice:
      'Mantle serves the model under its other route: set the model setting mantlePrefix to /v1 or /openai/v1.',
  },
  {
    name: 'ResourceNotFoundException',
    status: 404,
    message:
      'This model version has reached the end of its life. Please refer to the AWS documentation for more details.',
    advice:
      'anthropic.claude-opus-4-8 is retired; https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html names its successor.',
  },
  {
    name: 'ResourceNotFoundException',
    status: 404,
    message:
      'Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the last 15 days.',
    advice: 'A legacy model is closed to accounts that have not called it lately: use its successor.',
  },
  {
    name: 'ResourceNotFoundException',
    status: 404,
    message:
      'Model use case details have not been submitted for this account. Fill out the Anthropic use case details form before using the model.',
    advice: 'Submit the use case form in the Bedrock console once per account, then wait about 15 minutes.',
  },
  {
    name: 'AccessDeniedException',
    status: 403,
    message:
      'Model access is denied due to INVALID_PAYMENT_INSTRUMENT:A valid payment instrument must be provided. Your AWS Marketplace subscription for this model cannot be completed at this time.',
    advice:
      'AWS Marketplace, through which the model is subscribed to, refuses the payment method of the account: set a valid one in the Billing console, then wait some minutes.',
  },
  {
    name: 'AccessDeniedException',
    status: 403,
    message:
      'Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to this model.',
    advice:
      'The model is subscribed to through AWS Marketplace at its first call, which needs aws-marketplace:Subscribe and aws-marketplace:ViewSubscriptions, and takes some minutes.',
  },
  {
    name: 'AccessDeniedException',
    status: 403,
    message: "You don't have access to the model with the specified model ID.",
    advice:
      'Enable the model for this account in eu-west-1 in the Bedrock console (Model access), and check the id.',
  },
  {
    name: 'ValidationException',
    status: 400,
    message: 'Access to Anthropic models is not allowed from unsupported countries, regions, or territories.',
    advice: 'The provider of the model does not offer it where the account or the caller is.',
  },
  {
    name: 'ValidationException',
    status: 400,
    message: 'Operation not allowed',
    advice:
      'AWS has not cleared this account for the model or the operation: check the model access in this Region, and open a case with AWS support.',
  },
  {
    name: 'AccessDeniedException',
    status: 403,
    message: `${role} is not authorized to perform: bedrock:InvokeModel on resource: ${model} because no identity-based policy allows the bedrock:InvokeModel action`,
    advice: `Allow the identity bedrock:InvokeModel on ${model}. An inference profile needs it on itself and on the model in each of its Regions.`,
  },
  {
    name: 'AccessDeniedException',
    status: 403,
    message: `${role} is not authorized to perform: bedrock:InvokeModel on resource: ${model} with an explicit deny in an identity-based policy`,
    advice: `The identity-based policy forbids bedrock:InvokeModel on ${model}: take it out of there.`,
  },
  {
    name: 'AccessDeniedException',
    status: 403,
    message: `${role} is not authorized to perform: bedrock:InvokeModelWithResponseStream on resource: arn:aws:bedrock:::foundation-model/anthropic.claude-opus-4-8 with an explicit deny in a service control policy: arn:aws:organizations::123456789012:policy/o-1/service_control_policy/p-1`,
    advice:
      'A policy of the organization forbids bedrock:InvokeModelWithResponseStream on arn:aws:bedrock:::foundation-model/anthropic.claude-opus-4-8. Geographic inference profiles need all their destination Regions allowed, global ones aws:RequestedRegion "unspecified"; from eu-west-1 the model may be reached as eu.anthropic.claude-opus-4-8 or global.anthropic.claude-opus-4-8.',
  },
  {
    name: 'AccessDeniedException',
    status: 403,
    message: `${role} is not authorized to perform: bedrock:CallWithBearerToken on resource: * because no identity-based policy allows the bedrock:CallWithBearerToken action`,
    advice: 'Allow the identity bedrock:CallWithBearerToken on *.',
  },
  {
    name: 'AccessDeniedException',
    status: 403,
    message: `${role} is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:123456789012:key/abc, because no resource-based policy allows the kms:Decrypt action`,
    advice: 'Allow the identity kms:Decrypt on arn:aws:kms:eu-west-1:123456789012:key/abc.',
  },
  {
    name: 'AccessDeniedException',
    status: 403,
    message: `${role} is not authorized to perform: kms:GenerateDataKey on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
    advice: 'Allow the identity kms:GenerateDataKey.',
  },
  {
    name: 'AccessDeniedException',
    status: 403,
    message: 'Authentication failed: Please make sure your API Key is valid.',
    advice: 'Check apiKey or AWS_BEARER_TOKEN_BEDROCK: the key may be cut off, revoked or expired.',
  },
  {
    name: 'InvalidSignatureException',
    status: 403,
    message:
      'Signature expired: 20251117T063822Z is now earlier than 20251117T063849Z (20251117T064349Z - 5 min.)',
    advice: 'The clock of this machine differs from that of AWS by minutes: set it.',
  },
  {
    name: 'InvalidSignatureException',
    status: 403,
    message: "Credential should be scoped to a valid region, not 'us-east-1'.",
    advice:
      'The URL that was called belongs to another Region or service than the signature: check region, baseURL and endpoints.',
  },
  {
    name: 'UnrecognizedClientException',
    status: 403,
    message: 'The security token included in the request is expired',
    advice:
      'Get new temporary credentials (with SSO: aws sso login), or set profile or credentials, which are renewed ' +
      'when they end.',
  },
  {
    name: 'ValidationException',
    status: 400,
    message:
      'This request has been blocked by our content filters. Please adjust your text prompt to submit a new request.',
    advice: 'Change the prompt, the images or the seed.',
  },
  {
    name: 'ValidationException',
    status: 400,
    message: 'Input is too long for requested model.',
    advice: "The prompt is longer than the model's context window: shorten it.",
  },
  {
    name: 'ValidationException',
    status: 400,
    message:
      'messages.0.content.1.image.source.base64: image exceeds 5 MB maximum: 6291456 bytes > 5242880 bytes',
    advice:
      'The request is larger than Bedrock takes: make images, documents and videos smaller, or give them as s3:// URLs.',
  },
  {
    name: 'NetworkError',
    status: undefined,
    message:
      'No reply from bedrock-runtime.eu-wst-1.amazonaws.com: getaddrinfo ENOTFOUND bedrock-runtime.eu-wst-1.amazonaws.com',
    retryable: true,
    advice:
      'The name of the host is not known: check the network, and that the Region is right and has this endpoint. FIPS and dual-stack endpoints exist only in some Regions.',
  },
  {
    name: 'NetworkError',
    status: undefined,
    message: 'No reply from bedrock-runtime.eu-west-1.amazonaws.com: Headers Timeout Error',
    retryable: true,
    advice:
      "Node's fetch waits 300 seconds for a reply: stream long answers, or set a fetch that waits longer. The call may have been billed.",
  },
];
