/** What the Action is asked to do. Inputs may come from a stranger's pull request, so each is checked. */

export class InputError extends Error {}

const COMMANDS = ['check', 'break-in', 'diff'];
const FAIL_ON = {
  check: ['FAIL_ON', ['error', 'warning', 'never']],
  'break-in': ['FAIL_ON_BREAK_IN', ['undeclared', 'anonymous', 'any', 'never']],
  diff: ['FAIL_ON_DIFF', ['opened', 'any', 'never']],
};

/** Reads `INPUT_*` as action.yml hands them over. @throws InputError that names the input, its value and what is allowed */
export function readInputs(env) {
  const text = (name, fallback = '') => (env[`INPUT_${name}`] ?? '').trim() || fallback;
  const oneOf = (name, allowed) => {
    const value = text(name, allowed[0]);
    if (!allowed.includes(value)) refuse(name, value, `write one of ${allowed.join(', ')}`);
    return value;
  };
  const path = (name, value = text(name)) => {
    if (value.startsWith('-') || /[\0\r\n]/.test(value))
      refuse(name, value, 'write one path, which does not begin with a dash');
    return value;
  };
  const matching = (name, pattern, remedy, fallback = '') => {
    const value = text(name, fallback);
    if (value !== '' && !pattern.test(value)) refuse(name, value, remedy);
    return value;
  };
  const commands = [...new Set(text('COMMANDS', 'check diff').split(/[\s,]+/))];
  for (const command of commands)
    if (!COMMANDS.includes(command)) refuse('COMMANDS', command, `write words of ${COMMANDS.join(', ')}`);
  return {
    paths: text('PATHS', '.')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((line) => path('PATHS', line)),
    commands,
    old: path('OLD'),
    new: path('NEW'),
    base: matching('BASE', /^[\w][\w./-]*$/, 'write a commit, a branch or a tag'),
    failOn: Object.fromEntries(
      Object.entries(FAIL_ON).map(([command, [name, allowed]]) => [command, oneOf(name, allowed)]),
    ),
    sarif: path('SARIF'),
    comment: oneOf('COMMENT', ['always', 'findings', 'never']),
    key: matching(
      'COMMENT_KEY',
      /^[\w.-]{1,64}$/,
      'write a word of letters, digits, dots and dashes',
      'default',
    ),
    author: text('COMMENT_AUTHOR', 'github-actions[bot]'),
    token: text('TOKEN'),
    version: matching('VERSION', /^[\w.+-]+$/, 'write a version such as 0.2.0, or a tag such as latest'),
    workingDirectory: path('WORKING_DIRECTORY', text('WORKING_DIRECTORY', '.')),
  };
}

function refuse(name, value, remedy) {
  const input = name.toLowerCase().replaceAll('_', '-');
  throw new InputError(`the input ${input} is ${JSON.stringify(value.slice(0, 200))}; ${remedy}`);
}
