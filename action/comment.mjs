/** One comment on a pull request, written once and then updated. */

/** The API says no; the report is in the job summary all the same. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * Writes or updates the comment that begins with `marker` and is by `author`: anybody may write a comment that begins
 * like ours, and a token that may write could change it.
 *
 * @param isWanted whether to write a first one; one that is there is updated in any case
 * @returns its address, or `undefined` if none is wanted
 * @throws Refused
 */
export async function upsert({ api, token, repository, issue, marker, author, body, isWanted = true }) {
  const comments = `${api}/repos/${repository}/issues/${issue}/comments`;
  const call = (method, url, content) => request({ method, url, token, content });
  for (let page = 1; ; page++) {
    const found = await call('GET', `${comments}?per_page=100&page=${page}`);
    const own = found.find((one) => one.user?.login === author && one.body?.startsWith(marker));
    if (own !== undefined)
      return (await call('PATCH', `${api}/repos/${repository}/issues/comments/${own.id}`, { body })).html_url;
    if (found.length < 100) break;
  }
  return isWanted ? (await call('POST', comments, { body })).html_url : undefined;
}

const AGAIN = 2;

async function request({ method, url, token, content }, attempt = 1) {
  let response;
  try {
    response = await fetch(url, {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(30_000),
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'user-agent': 'namespace-jail',
        'x-github-api-version': '2022-11-28',
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
    });
  } catch (error) {
    throw new Refused(0, `no answer (${error.cause?.code ?? error.name})`);
  }
  if (response.ok) return response.json();
  // What was asked may have been done, so that only questions are asked again.
  if (response.status >= 500 && method === 'GET' && attempt < AGAIN)
    return request({ method, url, token, content }, attempt + 1);
  const said = await response.text();
  throw new Refused(response.status, `${response.status} ${messageIn(said)}`.trim());
}

function messageIn(text) {
  try {
    return String(JSON.parse(text).message ?? '').slice(0, 200);
  } catch {
    return '';
  }
}
