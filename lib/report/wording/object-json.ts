import { shortName, type Origin, type SourceObject } from '../../kubernetes/object';
import type { Traffic } from '../../verdict/request';

/** An object as JSON reports name it. */
export interface ObjectJson {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

export function objectJson({ object, origin }: SourceObject): ObjectJson {
  const { apiVersion, kind, metadata } = object;
  return {
    apiVersion,
    kind,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    name: metadata.name,
    file: origin.file,
    line: origin.line,
  };
}

/** `shop.yaml:12` */
export function placeText({ file, line }: Origin): string {
  return `${file}:${line}`;
}

/** `authorizationpolicy/http-ns-only (shop.yaml:12)` */
export function objectWithPlace(source: SourceObject): string {
  return `${shortName(source.object)} (${placeText(source.origin)})`;
}

/** A name, with the place of the object if there is one. */
export function nameWithPlace(name: string, source: SourceObject | undefined): string {
  return source === undefined ? name : `${name} (${placeText(source.origin)})`;
}

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

/** JSON as all reports print it. */
export function json(report: object): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
