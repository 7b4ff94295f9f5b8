import { describe, expect, it } from 'vitest';
import { Brake } from '../../src/traffic/brake.ts';

/** Calls that are let out in the last of the seconds, where `perSecond` want to go and every so many gets a 503. */
function letOut(perSecond: number, every: number, seconds: number): number {
  const brake = new Brake();
  const sent: number[] = [];
  for (let now = 0; now < seconds * 1000; ) {
    brake.sent(now);
    sent.push(now);
    const lately = sent.filter(at => at > now - 5000).length;
    if (sent.length % every === 0) brake.press(lately / Math.min(5000, Math.max(1000, now)), now, now);
    else brake.answered();
    now += Math.max(1000 / perSecond, brake.wait(now));
  }
  return sent.filter(at => at > (seconds - 1) * 1000).length;
}

describe('the brake', () => {
  it('lets nearly all calls through where one in a hundred finds no capacity', () => {
    expect(letOut(100, 100, 60)).toBeGreaterThan(85);
  });

  it('slows down more, the more calls find none', () => {
    const [few, some, many] = [100, 10, 3].map(every => letOut(100, every, 60)) as [number, number, number];
    expect(some).toBeLessThan(few);
    expect(many).toBeLessThan(some);
  });

  it('lets out one call in two seconds while none finds any', () => {
    expect(letOut(100, 1, 60)).toBeLessThanOrEqual(1);
  });
});
