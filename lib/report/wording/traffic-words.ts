import type { Traffic } from '../../verdict/request';

/** `GET /api/list?x=1 (host: web.shop)`, or words for what is no request. */
export function describeTraffic(traffic: Traffic): string {
  if (traffic.kind === 'connection') return 'a connection that is not HTTP';
  const { method = 'GET', path, headers = {}, version } = traffic.request;
  const fields = Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((each) => `${name}: ${each}`),
  );
  const details = [...(version === undefined ? [] : [version]), ...fields];
  return `${method} ${path}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}
