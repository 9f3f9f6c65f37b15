import { Option } from 'commander';
import { UsageError } from './environment';
import { collect } from './option-values';

/** `-n` of a verb that reads manifests; what it narrows is the verb's own, the rest is the same for all. */
export function namespaceOption(means: string): Option {
  return new Option('-n, --namespace <name>', `${means} (repeatable)`).argParser(collect);
}

/** `-n` of a verb that completes names with it, so that there is one. */
export function homeOption(means: string): Option {
  return new Option('-n, --namespace <name>', means).argParser(collect);
}

/** `-A`, which says what is so anyway. */
export function allNamespacesOption(): Option {
  return new Option('-A, --all-namespaces', 'all namespaces, which is the default').conflicts('namespace');
}

/** The one namespace of a {@link homeOption}. @throws UsageError if several were given */
export function homeOf({ namespace = [] }: { readonly namespace?: readonly string[] }): string | undefined {
  const [home, ...others] = namespace;
  if (others.length === 0) return home;
  throw new UsageError(
    `-n is given ${namespace.length} times (${namespace.join(', ')}), but names without a namespace are of one; give it once`,
  );
}
