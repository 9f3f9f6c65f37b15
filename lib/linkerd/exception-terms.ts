import { DNS_LABEL, identityProblem } from './identity';
import { networkProblems, type NetworkItem } from './network';

/** Who a client is, apart from where it connects from. */
export type ClientSubject =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'anyMeshed' }
  | { readonly kind: 'namespace'; readonly namespace: string }
  | { readonly kind: 'serviceAccount'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'identity'; readonly identity: string };

/** One term of the annotation `namespace-jail/exception`: clients that are meant to get in. */
export interface ExceptionTerm {
  readonly who: ClientSubject;
  /** Where they come from. @default everywhere */
  readonly from?: NetworkItem;
}

/** What is wrong with one term. */
export interface ExceptionProblem {
  /** A sentence that quotes the faulty words. */
  readonly what: string;
  /** The term as written. */
  readonly value: string;
  readonly allowed: string;
}

/** How one kind of client is written: a word and, for some kinds, an argument. */
interface TermForm<Subject> {
  readonly word: string;
  /** What must follow the word, as messages put it. */
  readonly argument?: string;
  readonly format: (who: Subject) => string;
  /** The client, or what is wrong with the argument, which is `undefined` if absent. */
  readonly parse: (argument: string | undefined) => Subject | string;
}

/** A kind of client without a form does not compile. */
const FORMS: { readonly [Kind in ClientSubject['kind']]: TermForm<Extract<ClientSubject, { kind: Kind }>> } =
  {
    anyone: {
      word: 'everyone',
      format: () => '',
      parse: (argument) => (argument === undefined ? { kind: 'anyone' } : 'has extra words after everyone'),
    },
    anyMeshed: {
      word: 'any-meshed',
      format: () => '',
      parse: (argument) =>
        argument === undefined ? { kind: 'anyMeshed' } : 'has extra words after any-meshed',
    },
    namespace: {
      word: 'namespace',
      argument: 'NAME',
      format: ({ namespace }) => namespace,
      parse: (namespace) =>
        namespace === undefined || !DNS_LABEL.test(namespace)
          ? 'does not name a namespace'
          : { kind: 'namespace', namespace },
    },
    serviceAccount: {
      word: 'serviceaccount',
      argument: 'NAMESPACE/NAME',
      format: ({ namespace, name }) => `${namespace}/${name}`,
      parse: (argument = '') => {
        const [namespace = '', name = '', ...rest] = argument.split('/');
        return !DNS_LABEL.test(namespace) || name === '' || rest.length > 0
          ? 'does not name a ServiceAccount as NAMESPACE/NAME'
          : { kind: 'serviceAccount', namespace, name };
      },
    },
    identity: {
      word: 'identity',
      argument: 'PATTERN',
      format: ({ identity }) => identity,
      parse: (identity) => {
        if (identity === undefined) return 'is not an identity: it is missing';
        const must = identityProblem(identity);
        return must === undefined ? { kind: 'identity', identity } : `is not an identity: it must ${must}`;
      },
    },
  };

/** The ways to write a client. */
export const EXCEPTION_CLIENTS: readonly string[] = Object.values(FORMS).map(({ word, argument }) =>
  argument === undefined ? word : `${word} ${argument}`,
);

/** How to limit a client to a network. */
export const EXCEPTION_FROM = 'from CIDR [except CIDR ...]';

/** The whole grammar, for messages. */
export const EXCEPTION_GRAMMAR =
  `allowed, separated by commas: ${EXCEPTION_CLIENTS.join(', ')}; ` +
  `each may be followed by ${EXCEPTION_FROM}`;

/** The annotation value that declares exactly these clients. */
export function formatExceptionTerms(terms: readonly ExceptionTerm[]): string {
  return terms.map(formatTerm).join(', ');
}

function formatTerm({ who, from }: ExceptionTerm): string {
  if (from === undefined) return formatSubject(who);
  const except = from.except === undefined ? [] : from.except;
  const holes = except.length === 0 ? '' : ` except ${except.join(' ')}`;
  return `${formatSubject(who)} from ${from.cidr}${holes}`;
}

function formatSubject(who: ClientSubject): string {
  // TypeScript does not see that a subject and the form of its kind belong together.
  const { word, argument, format } = FORMS[who.kind] as TermForm<ClientSubject>;
  return argument === undefined ? word : `${word} ${format(who)}`;
}

/** The terms of an annotation value, or everything that is wrong with it. */
export function parseExceptionTerms(
  value: string,
):
  | { readonly terms: readonly ExceptionTerm[]; readonly problems?: undefined }
  | { readonly problems: readonly ExceptionProblem[] } {
  const terms: ExceptionTerm[] = [];
  const problems: ExceptionProblem[] = [];
  for (const text of value.split(',').map((term) => term.trim())) {
    const term = parseTerm(text);
    if (typeof term === 'string') problems.push({ what: term, value: text, allowed: EXCEPTION_GRAMMAR });
    else terms.push(term);
  }
  return problems.length === 0 ? { terms } : { problems };
}

/** A term, or what is wrong with it. */
function parseTerm(text: string): ExceptionTerm | string {
  const words = text.split(/\s+/);
  const at = indexOfFrom(words);
  const subject = at < 0 ? words : words.slice(0, at);
  const who = parseSubject(subject);
  if (typeof who === 'string') return `${JSON.stringify(subject.join(' '))} ${who}`;
  if (at < 0) return { who };
  const from = parseFrom(words.slice(at + 1), text);
  return typeof from === 'string' ? from : { who, from };
}

/** A namespace may be called `from`, too. */
function indexOfFrom(words: readonly string[]): number {
  const takesArgument = formOf(words[0])?.argument !== undefined;
  if (takesArgument && words.length === 2) return -1;
  const second = words.indexOf('from', 2);
  return takesArgument && second >= 0 ? second : words.indexOf('from');
}

function formOf(word: string | undefined): TermForm<unknown> | undefined {
  return Object.values(FORMS).find((form) => form.word === word) as TermForm<unknown> | undefined;
}

function parseSubject([word, argument, ...more]: readonly string[]): ClientSubject | string {
  if (more.length > 0) return 'has too many words';
  const form = Object.values(FORMS).find((one) => one.word === word);
  return form === undefined ? 'is not a client' : form.parse(argument);
}

function parseFrom([cidr = '', word, ...except]: readonly string[], term: string): NetworkItem | string {
  if (word !== undefined && (word !== 'except' || except.length === 0)) {
    return `${JSON.stringify(term)} names more than one network; repeat the client for each of them`;
  }
  const network = except.length === 0 ? { cidr } : { cidr, except };
  const problems = networkProblems(network);
  return problems.length === 0
    ? network
    : `in ${JSON.stringify(term)}: ${problems.map(({ text }) => text).join(', ')}`;
}
