import { printable, type Printable } from './printable';
import { shortName, type Origin, type SourceObject } from '../../kubernetes/object';

/** An object, as JSON reports refer to it. */
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

/** A name, with its object's place if there is one. */
export function nameWithPlace(name: string, source: SourceObject | undefined): string {
  return source === undefined ? name : `${name} (${placeText(source.origin)})`;
}

/** JSON as all reports print it. Its line breaks are between values: JSON.stringify escapes those within. */
export function json(report: object): Printable {
  return printable([...JSON.stringify(report, undefined, 2).split('\n'), '']);
}
