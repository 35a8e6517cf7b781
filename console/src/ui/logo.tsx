// The picture of a system, as its connector brings it along.
const files = import.meta.glob<string>('../../../src/connectors/*/logo.svg', { query: '?url', import: 'default', eager: true });

const byConnector = new Map(Object.entries(files).map(([path, url]) => [path.split('/').at(-2)!, url]));

export function Logo({ connector, size = 36 }: { readonly connector: string; readonly size?: number }) {
  return (
    <img
      src={byConnector.get(connector) ?? byConnector.get('directory')}
      width={size}
      height={size}
      alt=""
      style={{ display: 'block', flex: 'none' }}
    />
  );
}
