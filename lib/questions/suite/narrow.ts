import type { AdmissionCase, Suite, SuiteCase } from './suite';

/** The namespace that an object to admit is about. */
function namespaceOf({ object: { kind, metadata } }: AdmissionCase): string[] {
  if (kind === 'Namespace') return [metadata.name];
  return metadata.namespace === undefined ? [] : [metadata.namespace];
}

/** The namespaces that the questions of a suite are about. */
export function suiteNamespaces({ cases }: Suite): string[] {
  return cases.flatMap((one) =>
    one.kind === 'reachability' ? one.queries.map(({ target }) => target.namespace) : namespaceOf(one),
  );
}

/** A suite without questions about other namespaces; all of it, if no namespace is named. */
export function aboutNamespaces(suite: Suite, names: readonly string[]): Suite {
  if (names.length === 0) return suite;
  const cases = suite.cases.flatMap((one): SuiteCase[] => {
    if (one.kind === 'admission') return namespaceOf(one).some((name) => names.includes(name)) ? [one] : [];
    const queries = one.queries.filter(({ target }) => names.includes(target.namespace));
    return queries.length === 0 ? [] : [{ ...one, queries }];
  });
  return { ...suite, cases };
}
