// Where the main navigation leads.
import { ApiOutlined, BellOutlined, HistoryOutlined, PartitionOutlined, SettingOutlined, TeamOutlined } from '@ant-design/icons';
import type { ComponentType } from 'react';

interface Place {
  readonly to: string;
  readonly name: 'home' | 'directory' | 'connections' | 'runs' | 'waiting' | 'settings';
  readonly Icon: ComponentType;
}

export const places: readonly Place[] = [
  { to: '/', name: 'home', Icon: PartitionOutlined },
  { to: '/directory', name: 'directory', Icon: TeamOutlined },
  { to: '/connections', name: 'connections', Icon: ApiOutlined },
  { to: '/runs', name: 'runs', Icon: HistoryOutlined },
  { to: '/waiting', name: 'waiting', Icon: BellOutlined },
  { to: '/settings', name: 'settings', Icon: SettingOutlined },
];
