/** Arithmetic as people write it: `+ - * / % ^`, parentheses, decimal numbers; `^` is a power. */

const MAX_LENGTH = 500;

/**
 * @throws Error with a sentence for the model: what is no expression, divisions by zero, results that are too large
 * @example calculate('2 * (3 + 4)') // 14
 */
export function calculate(expression: string): number {
  if (expression.length > MAX_LENGTH)
    throw new Error(`The expression has more than ${MAX_LENGTH} characters.`);
  const tokens = tokensOf(expression);
  const value = readSum(tokens);
  if (tokens.length > 0) throw unexpected(tokens);
  if (!Number.isFinite(value)) throw new Error('The result is not a finite number.');
  // 0.1 + 0.2 is 0.3 to a person.
  return Number(value.toPrecision(15));
}

function tokensOf(expression: string): string[] {
  const plain = expression
    .replaceAll('×', '*')
    .replaceAll('÷', '/')
    .replaceAll('−', '-')
    .replaceAll('**', '^');
  const tokens = plain.match(/\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|[-+*/%^()]|\S/gi) ?? [];
  const foreign = tokens.find(token => !/^[\d.]|^[-+*/%^()]$/.test(token));
  if (foreign === undefined) return tokens;
  throw new Error(`${JSON.stringify(foreign)} is not arithmetic: numbers, + - * / % ^ and parentheses are.`);
}

function readSum(tokens: string[]): number {
  let value = readProduct(tokens);
  while (tokens[0] === '+' || tokens[0] === '-') {
    value = tokens.shift() === '+' ? value + readProduct(tokens) : value - readProduct(tokens);
  }
  return value;
}

function readProduct(tokens: string[]): number {
  let value = readSigned(tokens);
  while (tokens[0] === '*' || tokens[0] === '/' || tokens[0] === '%') {
    const operator = tokens.shift();
    const other = readSigned(tokens);
    if (operator !== '*' && other === 0) throw new Error('A division by zero.');
    value = operator === '*' ? value * other : operator === '/' ? value / other : value % other;
  }
  return value;
}

/** `-2 ^ 2` is -4, as in mathematics. */
function readSigned(tokens: string[]): number {
  if (tokens[0] === '-' || tokens[0] === '+') {
    return tokens.shift() === '-' ? -readSigned(tokens) : readSigned(tokens);
  }
  return readPower(tokens);
}

/** `2 ^ 3 ^ 2` is 2 ^ 9. */
function readPower(tokens: string[]): number {
  const base = readValue(tokens);
  if (tokens[0] !== '^') return base;
  tokens.shift();
  return base ** readSigned(tokens);
}

function readValue(tokens: string[]): number {
  const [token] = tokens;
  if (token === '(') {
    tokens.shift();
    const value = readSum(tokens);
    if (tokens[0] !== ')') throw unexpected(tokens);
    tokens.shift();
    return value;
  }
  if (token === undefined || !/^[\d.]/.test(token)) throw unexpected(tokens);
  tokens.shift();
  return Number(token);
}

function unexpected([token]: readonly string[]): Error {
  return new Error(
    token === undefined ? 'The expression ends too early.' : `${JSON.stringify(token)} is out of place.`,
  );
}
