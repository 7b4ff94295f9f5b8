import type { TransportReply } from '../transport/transport.ts';

/** When the reply was made and AWS's id of the request, as far as its headers say. */
export function responseMetadata({ headers }: Pick<TransportReply, 'headers'>): {
  id?: string;
  timestamp?: Date;
} {
  const { 'x-amzn-requestid': id, date } = headers;
  const metadata: ReturnType<typeof responseMetadata> = {};
  if (id !== undefined) metadata.id = id;
  const timestamp = date === undefined ? undefined : new Date(date);
  if (timestamp !== undefined && !Number.isNaN(timestamp.getTime())) metadata.timestamp = timestamp;
  return metadata;
}
