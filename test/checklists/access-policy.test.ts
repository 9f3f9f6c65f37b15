import { program } from '../../lib/cli/main';
import { DEFAULT_POLICIES } from '../../lib/linkerd/default-policy';
import { SILENT } from './commands';
import { expectNothingForgotten, textOf } from './files';

/** "Add an access policy" of CONTRIBUTING.md: whatever is forgotten is named here, or does not compile. */
const PAGE = 'docs/linkerd-policy.md';
const SUITE = 'test/suites/4.1-default-policies.yaml';

describe.each(DEFAULT_POLICIES)('%s', (policy) => {
  it('is a row of the page on policy', () => {
    const section = textOf(PAGE).split('\n### 4.1 ')[1]?.split('\n### ')[0] ?? '';
    const isRow = section.includes(`\n| \`${policy}\``);
    expectNothingForgotten(isRow ? [] : [`${PAGE} 4.1 has no row for ${policy}`]);
  });

  it('is tried as default of the cluster, of a namespace and of a Server', () => {
    const suite = textOf(SUITE);
    expectNothingForgotten(
      ['defaultPolicy', 'config.linkerd.io/default-inbound-policy', 'accessPolicy'].flatMap((field) =>
        new RegExp(`${field}: ${policy}\\b(?!-)`).test(suite) ? [] : [`${SUITE} has no ${field}: ${policy}`],
      ),
    );
  });
});

it('--default-inbound-policy of every command offers all of them', () => {
  const choices = program([], SILENT).commands.flatMap((command) =>
    command.options
      .filter(({ long }) => long === '--default-inbound-policy')
      .map(({ argChoices }) => argChoices),
  );
  expect(choices.length).toBeGreaterThan(5);
  expect(choices).toEqual(choices.map(() => DEFAULT_POLICIES));
});
