/**
 * Finds words and private data in texts, by their form. A guardrail of AWS's understands more; what is found here is
 * found there.
 */

/** A find, in characters. */
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function findAll(text: string, pattern: RegExp): Match[] {
  return [
    ...text.matchAll(new RegExp(pattern, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`)),
  ]
    .filter(match => match[0] !== '')
    .map(match => ({ start: match.index, end: match.index + match[0].length, text: match[0] }));
}

/** Words and phrases as whole words, in any case. */
export function findWord(text: string, word: string): Match[] {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+');
  return findAll(text, new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'giu'));
}

/** AWS's names of the kinds that have a form to know them by. */
export const PII_PATTERNS: Readonly<Record<string, RegExp>> = {
  AWS_ACCESS_KEY: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  CREDIT_DEBIT_CARD_NUMBER: /\b\d(?:[ -]?\d){12,18}\b/,
  EMAIL: /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/u,
  INTERNATIONAL_BANK_ACCOUNT_NUMBER: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/,
  IP_ADDRESS: /\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b/,
  MAC_ADDRESS: /\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b/,
  PHONE: /(?<![\w.-])\+?\(?\d{1,4}\)?(?:[ ./-]\(?\d{2,4}\)?){2,4}(?![\w-])/,
  URL: /\bhttps?:\/\/[^\s<>"']+/,
  US_SOCIAL_SECURITY_NUMBER: /\b\d{3}-\d{2}-\d{4}\b/,
};

export function findPii(text: string, type: string): Match[] {
  const pattern = PII_PATTERNS[type];
  const found = pattern === undefined ? [] : findAll(text, pattern);
  return type === 'CREDIT_DEBIT_CARD_NUMBER' ? found.filter(match => passesLuhn(match.text)) : found;
}

/** The check digit of card numbers; other long numbers have none. */
function passesLuhn(text: string): boolean {
  const digits = [...text.replace(/\D/g, '')].reverse().map(Number);
  const total = digits.reduce((sum, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    return sum + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return total % 10 === 0;
}
