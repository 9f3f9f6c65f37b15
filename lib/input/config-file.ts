import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type Ajv from 'ajv';
import type { ErrorObject } from 'ajv';
import { CORE_SCHEMA, load, YAMLException } from 'js-yaml';
import { InputError, type Problem } from '../basics/problem';
import { didYouMean, enumerate, quote } from '../basics/words';
import { asList, asText, valueAt } from '../kubernetes/fields';
import { pathText, type Path } from '../kubernetes/path';
import { DNS_LABEL } from '../linkerd/identity';
import { parseNetwork } from '../linkerd/network';
import { placeIn } from '../manifests/positions';
import { aliasFault } from '../manifests/yaml-anchors';
import { syntaxFault } from '../manifests/yaml-syntax-errors';
import { CONFIG_SCHEMA, type ConfigSchema, type WrittenConfig } from './config-schema';
import { readWritten } from './files';

const CONFIG_FILE = 'namespace-jail.yaml';

/** A file of settings; the paths in it are as seen from the working directory. */
export interface ConfigFile extends WrittenConfig {
  /** Its own path, likewise. */
  readonly file: string;
}

/**
 * The file of settings of a folder: its own, or that of the nearest folder above, as far as the root of the repository or
 * the home folder. Above neither, nobody may have meant it: there only the folder itself counts.
 *
 * @returns its path as seen from the folder; `undefined` if there is none
 */
export function findConfig(cwd: string, home?: string): string | undefined {
  const folders = [resolve(cwd)];
  for (let folder = resolve(cwd); folder !== dirname(folder); folder = dirname(folder)) {
    folders.push(dirname(folder));
  }
  const last = folders.findIndex(
    (folder) => existsSync(join(folder, '.git')) || (home !== undefined && folder === resolve(home)),
  );
  const found = folders
    .slice(0, last + 1 || 1)
    .map((folder) => join(folder, CONFIG_FILE))
    .find((file) => existsSync(file));
  return found === undefined ? undefined : relative(cwd, found);
}

/**
 * Reads a file of settings.
 *
 * @param file as the user named it
 * @throws InputError with every problem in it: file, line, what is there, and what is allowed
 */
export function readConfig(file: string, cwd: string): ConfigFile {
  const read = readWritten(file, cwd);
  if ('problem' in read) {
    throw new InputError([{ ...read.problem, message: `cannot read the settings: ${read.problem.message}` }]);
  }
  const written = parseConfig(read.text, file);
  const seen = (path: string): string => relative(cwd, resolve(cwd, dirname(file), path)) || '.';
  const { inputs, suppressions, baseline } = written;
  return {
    ...written,
    file,
    ...(inputs === undefined ? {} : { inputs: inputs.map(seen) }),
    ...(suppressions === undefined ? {} : { suppressions: suppressions.map(seen) }),
    ...(baseline === undefined ? {} : { baseline: baseline.map(seen) }),
  };
}

/** Reads the text of a file of settings. @throws InputError with every problem in it */
export function parseConfig(text: string, file: string): WrittenConfig {
  let value: unknown;
  try {
    value = load(text, { schema: CORE_SCHEMA }) ?? {};
  } catch (error) {
    throw new InputError([{ file, ...(severalDocuments(error) ?? syntaxFault(error, text, undefined)) }]);
  }
  const fault = aliasFault(value);
  if (fault !== undefined) throw new InputError([{ file, line: 1, ...fault }]);
  const validate = validator();
  if (validate(value)) return value as WrittenConfig;
  const source = { text, start: 0, end: text.length, line: 1 };
  const problems = (validate.errors ?? []).flatMap((error): Problem[] => {
    const found = readable(error);
    if (found === undefined) return [];
    const { line, column } = placeIn(source, found.path) ?? { line: 1, column: 1 };
    const name = pathText(found.path);
    const message = name === '' || found.isAboutKey ? found.message : `${name}: ${found.message}`;
    return [{ file, line, column, message, remedy: found.remedy }];
  });
  throw new InputError(
    problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)),
  );
}

function severalDocuments(error: unknown): Omit<Problem, 'file'> | undefined {
  if (!(error instanceof YAMLException) || !/single document/.test(error.reason)) return undefined;
  return { line: 1, message: 'the settings must be one document, but this has several', remedy: 'join them' };
}

let compiled: ReturnType<Ajv['compile']> | undefined;

/** Loaded and compiled when there is a file to check. */
function validator(): ReturnType<Ajv['compile']> {
  if (compiled !== undefined) return compiled;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import is loaded at once
  const { Ajv: Checker } = require('ajv') as typeof import('ajv');
  compiled = new Checker({
    allErrors: true,
    verbose: true,
    strict: false,
    logger: false,
    formats: {
      network: (text) => parseNetwork(text) !== undefined,
      label: DNS_LABEL,
      domain: (text) => text.split('.').every((part) => DNS_LABEL.test(part)),
    },
  }).compile(CONFIG_SCHEMA);
  return compiled;
}

interface ReadableError {
  readonly path: Path;
  /** Whether the message names the key itself. */
  readonly isAboutKey?: boolean;
  readonly message: string;
  readonly remedy: string;
}

/** An error of the schema in words; `undefined` for one that only repeats another. */
function readable({
  keyword,
  instancePath,
  propertyName,
  params,
  data,
  parentSchema,
}: ErrorObject): ReadableError | undefined {
  const path = [...segments(instancePath), ...(propertyName === undefined ? [] : [propertyName])];
  const schema = (parentSchema ?? {}) as ConfigSchema;
  switch (keyword) {
    case 'additionalProperties': {
      const key = asText(valueAt(params, 'additionalProperty')) ?? '';
      const keys = Object.keys(schema.properties ?? {});
      const remedy = didYouMean(key, keys).replace('; ', '') || `use one of ${keys.join(', ')}`;
      return { path: [...path, key], isAboutKey: true, message: `unknown key ${quote(key)}`, remedy };
    }
    case 'required': {
      const key = asText(valueAt(params, 'missingProperty')) ?? '';
      return { path, message: `${key} is missing`, remedy: writing(schema) };
    }
    case 'enum': {
      const allowed = asList(valueAt(params, 'allowedValues')).map(String);
      const meant = typeof data === 'string' ? didYouMean(data, allowed).replace('; ', '') : '';
      const message = `${shown(data)} is not allowed here`;
      const all = allowed.length > 12 ? (schema.title ?? '') : enumerate(allowed, allowed.length, 'or');
      return { path, message, remedy: meant === '' ? `write ${all}` : meant };
    }
    case 'propertyNames':
      return undefined;
    default: {
      const message = `${shown(data)} is not ${schema.title ?? 'allowed'}`;
      return { path, message, remedy: writing(schema) };
    }
  }
}

function writing({ title, examples }: ConfigSchema): string {
  return `write ${title ?? 'another value'}, such as ${(examples ?? []).join(' or ')}`;
}

/** The value as the reader wrote it, short. */
function shown(value: unknown): string {
  const text = quote(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** The path of a JSON pointer. */
function segments(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
