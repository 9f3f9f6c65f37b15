import { asText, ownValue, valueAt } from '../kubernetes/fields';
import { PROXY_CONFIG_PREFIX } from './annotations';

/** Images of the proxy as its makers publish them. */
export const OFFICIAL_PROXY =
  /^(?:cr\.l5d\.io\/linkerd|ghcr\.io\/(?:linkerd|buoyantio)|gcr\.io\/linkerd-io)\/proxy(?:[:@]|$)/;

/** Settings of the proxy that have nothing to do with who gets in. */
const HARMLESS_ENV =
  /^(?:RUST_|LINKERD2_PROXY_(?:LOG|LOG_FORMAT|ACCESS_LOG|TRACE_\w+|SHUTDOWN_GRACE_PERIOD|CORES\w*|OUTBOUND_\w+)$)/;

/** An annotation of a pod that puts something else in the place of what enforces its policy. */
export interface Replacement {
  readonly annotation: string;
  readonly value: string;
  /** What it replaces. */
  readonly what: string;
}

interface ReplacingAnnotation {
  readonly annotation: string;
  readonly what: string;
  readonly isHarmless: (value: string) => boolean;
}

/** Variables of the Namespace and of the pod are put together. */
export const ADDITIONAL_ENV = `${PROXY_CONFIG_PREFIX}proxy-additional-env`;

const REPLACING: readonly ReplacingAnnotation[] = [
  {
    annotation: `${PROXY_CONFIG_PREFIX}proxy-image`,
    what: 'the image of the proxy',
    isHarmless: (value) => OFFICIAL_PROXY.test(value),
  },
  {
    annotation: `${PROXY_CONFIG_PREFIX}proxy-version`,
    what: 'the version of the proxy',
    isHarmless: () => false,
  },
  {
    annotation: ADDITIONAL_ENV,
    what: 'settings of the proxy',
    isHarmless: (value) => replacingEnv(parsed(value)).length === 0,
  },
];

/**
 * Which annotations of a pod, own or inherited, replace what enforces its policy: all rules of this tool are those of the
 * proxy that the control plane comes with, as the injector sets it up.
 */
export function replacements(annotations: Readonly<Record<string, string>>): Replacement[] {
  return REPLACING.flatMap(({ annotation, what, isHarmless }) => {
    const value = ownValue(annotations, annotation);
    return value === undefined || isHarmless(value) ? [] : [{ annotation, value, what }];
  });
}

/** The names of a list of environment variables that may change who gets in; they come last, so they override Helm's. */
export function replacingEnv(variables: unknown): string[] {
  if (!Array.isArray(variables)) return [];
  const names = variables.map((variable) => asText(valueAt(variable, 'name')) ?? '');
  return names.filter((name) => name !== '' && !HARMLESS_ENV.test(name));
}

/** The injector passes over what is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
