import { parseRequest } from '../../lib/verdict/request';

describe('a request, taken apart as the proxy matches it (6.2)', () => {
  it('is a GET without headers, host and query, where nothing else is said', () => {
    expect(parseRequest({ path: '/cart' })).toEqual({
      method: 'GET',
      path: '/cart',
      host: undefined,
      query: [],
      headers: new Map(),
    });
    expect(parseRequest({ path: '/cart', method: 'POST' }).method).toBe('POST');
  });

  it('has a path without its query, whose pairs are decoded like a form', () => {
    const { path, query } = parseRequest({ path: '/cart?item=a+b&item=%2F&last' });
    expect(path).toBe('/cart');
    expect(query).toEqual([
      ['item', 'a b'],
      ['item', '/'],
      ['last', ''],
    ]);
  });

  it('has neither in its path nor in its query what stands behind "#", which no client sends', () => {
    const { path, query } = parseRequest({ path: '/cart?a=1#top?b=2' });
    expect({ path, query }).toEqual({ path: '/cart', query: [['a', '1']] });
  });

  it('has headers by names in any case, and all values of one that is repeated', () => {
    const { headers } = parseRequest({ path: '/', headers: { 'X-A': ['1', '2'], 'x-a': '3', 'X-B': '4' } });
    expect([...headers]).toEqual([
      ['x-a', ['1', '2', '3']],
      ['x-b', ['4']],
    ]);
  });

  it.each([
    ['shop.example', 'shop.example'],
    ['Shop.Example', 'shop.example'],
    ['shop.example:8080', 'shop.example'],
    ['shop.example:', 'shop.example'],
    ['user@shop.example', 'shop.example'],
    ['user:8080@shop.example:80', 'shop.example'],
    ['10.1.2.3:80', '10.1.2.3'],
    ['[fd00::7]:8080', '[fd00::7]'],
    ['[fd00::7]', '[fd00::7]'],
  ])('with the authority %s is for the host %s', (authority, host) => {
    expect(parseRequest({ path: '/', headers: { Host: authority } }).host).toBe(host);
    expect(parseRequest({ path: '/', headers: { ':authority': authority } }).host).toBe(host);
  });

  it('is for the host of its :authority, which HTTP/2 has in place of a Host header', () => {
    const headers = { host: 'other.example', ':authority': 'shop.example' };
    expect(parseRequest({ path: '/', headers }).host).toBe('shop.example');
  });

  it('with an empty Host header is for no host', () => {
    expect(parseRequest({ path: '/', headers: { host: '' } }).host).toBeUndefined();
    expect(parseRequest({ path: '/', headers: { host: [] } }).host).toBeUndefined();
  });
});
