import type { Traffic } from '../../verdict/request';

/** `GET /api/list?x=1 (host: web.shop)`, or words for traffic that is not a request. */
export function describeTraffic(traffic: Traffic): string {
  if (traffic.kind === 'connection') return 'a non-HTTP connection';
  const { method = 'GET', path, headers = {}, version } = traffic.request;
  const fields = Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((each) => `${name}: ${each}`),
  );
  const details = [...(version === undefined ? [] : [version]), ...fields];
  return `${method} ${path}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}
