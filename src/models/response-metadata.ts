import type { TransportReply } from '../transport/transport.ts';

/** When the reply was made and AWS's id of the request, as far as its headers say. */
export function responseMetadata({ headers }: Pick<TransportReply, 'headers'>): {
  id?: string;
  timestamp?: Date;
} {
  const id = headers['x-amzn-requestid'];
  const timestamp = headers['date'] === undefined ? undefined : new Date(headers['date']);
  return {
    ...(id !== undefined && { id }),
    ...(timestamp !== undefined && !Number.isNaN(timestamp.getTime()) && { timestamp }),
  };
}
