import { parseManifests } from '../../lib/manifests/parse';
import { formatProblem, InputError } from '../../lib/basics/problem';

/** The problems that reading reports, one a line, the way the command prints them. */
export function problemsOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(formatProblem).join('\n');
    throw error;
  }
  return '(none)';
}

export function problemsIn(text: string, file = 'app.yaml'): string {
  return problemsOf(() => parseManifests(text, file));
}

export function config(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
}
