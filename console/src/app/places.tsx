// Where the main navigation leads.
import { ApiOutlined, BellOutlined, HistoryOutlined, PartitionOutlined, SettingOutlined, TeamOutlined } from '@ant-design/icons';
import type { ComponentType } from 'react';

interface Place {
  readonly to: string;
  readonly name: 'home' | 'directory' | 'connections' | 'runs' | 'waiting' | 'settings';
  readonly Icon: ComponentType;
  /** First words of the addresses that belong here beside its own. */
  readonly also: readonly string[];
}

export const places: readonly Place[] = [
  { to: '/', name: 'home', Icon: PartitionOutlined, also: ['jobs', 'new', 'drafts', 'course'] },
  { to: '/directory', name: 'directory', Icon: TeamOutlined, also: ['people', 'groups', 'edits'] },
  { to: '/connections', name: 'connections', Icon: ApiOutlined, also: [] },
  { to: '/runs', name: 'runs', Icon: HistoryOutlined, also: [] },
  { to: '/waiting', name: 'waiting', Icon: BellOutlined, also: [] },
  { to: '/settings', name: 'settings', Icon: SettingOutlined, also: [] },
];

/** Whether the page at this address belongs to the place, so that the navigation says where one is. */
export function belongs(place: Place, pathname: string): boolean {
  const first = pathname.split('/')[1] ?? '';
  return `/${first}` === place.to || place.also.includes(first);
}
