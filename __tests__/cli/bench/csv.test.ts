import { describe, expect, it } from 'vitest';
import { toCsv } from '../../../src/cli/bench/csv.ts';
import { reportOf } from './report.ts';

describe('the CSV of a benchmark', () => {
  it('has a line for each cell, with the figures under their names', () => {
    const [head = '', row = '', rest] = toCsv(reportOf([100, 200, 300, -5])).split('\r\n');
    const values = Object.fromEntries(head.split(',').map((name, index) => [name, row.split(',')[index]]));
    expect(rest).toBe('');
    expect(values).toMatchObject({
      model: 'us.amazon.nova-lite-v1:0',
      calls: '4',
      errors: '1',
      latency_ms_p50: '200',
      time_to_first_token_ms_p50: '50',
      latency_ms_p50_low: '',
      cost_usd: '0.001',
    });
  });

  it('quotes what would end a field, and disarms what a spreadsheet would run', () => {
    const row = (model: string) => toCsv(reportOf([1], { model })).split('\r\n')[1];
    expect(row('a,"b"\n')).toMatch(/^"a,""b""\n",us-east-1/);
    expect(row('=HYPERLINK("x")')).toMatch(/^"'=HYPERLINK\(""x""\)",/);
  });
});
