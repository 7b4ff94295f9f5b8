import { AISDKError } from '@ai-sdk/provider';

const marker = Symbol.for('bedrock-ai-provider.BudgetExceededError');

/** The budget of a `CostTracker` is spent. Nothing was sent. The AI SDK does not try again. */
export class BudgetExceededError extends AISDKError {
  readonly spentUsd: number;
  readonly budgetUsd: number;

  constructor({
    modelId,
    spentUsd,
    budgetUsd,
    per,
  }: {
    modelId: string;
    spentUsd: number;
    budgetUsd: number;
    per: 'total' | 'month' | 'day';
  }) {
    const period = { total: '', month: ' for this month', day: ' for this day' }[per];
    super({
      name: 'AI_BedrockBudgetExceededError',
      message:
        `The budget of $${budgetUsd}${period} is spent ($${spentUsd}), so ${modelId} was not called. ` +
        'Raise the budget of the cost tracker, or wait for the next period.',
    });
    this.spentUsd = spentUsd;
    this.budgetUsd = budgetUsd;
    Object.defineProperty(this, marker, { value: true });
  }

  static override isInstance(error: unknown): error is BudgetExceededError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}
