// Who is told what, for the whole installation: on which occasions, by which channel, to whom.
import { App, Button, Empty, Modal, Select } from 'antd';
import { useState } from 'react';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { Field } from '../../forms/settings-form.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { NeedsRole } from '../../ui/needs-role.tsx';
import { Part } from '../../ui/page.tsx';
import { SavedMeanwhile } from '../../ui/saved-meanwhile.tsx';
import type { Role } from './roles-choice.tsx';
import styles from './settings.module.css';

type All = WireOutput<'notice.rules.get'>['rules'];
type Rule = All['rules'][number];
type Occasion = Rule['on'][number];

export function Rules() {
  const { t, say } = useWords();
  const { message } = App.useApp();
  const may = useMay();
  const saved = useAnswer('notice.rules.get', {});
  const channels = useAnswer('channel.list', {});
  const put = useCommand('notice.rules.put');
  // With the rules as they were when it was opened: what is saved replaces them all.
  const [open, setOpen] = useState<{ readonly at: number | 'new'; readonly all: All; readonly revision: number } | null>(null);
  const mayChange = may('notice.rules.put') && (channels.data?.channels.length ?? 0) > 0;
  const save = (all: All, revision: number, rules: readonly Rule[]): void =>
    put.mutate(
      { rules: { ...all, rules: [...rules] }, revision },
      { onSuccess: () => setOpen(null), onError: (error) => void message.error(error.message) },
    );
  const nameOf = (id: string): string => channels.data?.channels.find((channel) => channel.id === id)?.name ?? id;
  return (
    <Answered of={saved}>
      {({ rules: all, revision }) => (
        <Part
          extra={
            mayChange ? (
              <Button type="primary" onClick={() => setOpen({ at: 'new', all, revision })}>
                {t('notices.rules.add')}
              </Button>
            ) : (
              <NeedsRole deed="notice.rules.put" />
            )
          }
        >
          {all.rules.length === 0 ? (
            <Empty
              className={styles.empty!}
              image={Empty.PRESENTED_IMAGE_SIMPLE}
              description={t(channels.data?.channels.length === 0 ? 'notices.rules.noChannel' : 'notices.rules.none')}
            />
          ) : (
            <ul className={styles.rows}>
              {all.rules.map((rule, index) => (
                // A rule is known by its place.
                // oxlint-disable-next-line react/no-array-index-key
                <li key={index}>
                  <div className={styles.what}>
                    <b>{rule.on.map((one) => say(words.notice[one])).join(t('settings.listComma'))}</b>
                    <small>
                      {t('notices.rules.by', { channel: nameOf(rule.channel) })}
                      {[...rule.to, ...rule.roles.map((role) => say(words.role[role]))].map((one) => ` · ${one}`).join('')}
                    </small>
                  </div>
                  {mayChange && (
                    <div className={styles.ways}>
                      <Button onClick={() => setOpen({ at: index, all, revision })}>{t('settings.edit')}</Button>
                      <Button
                        loading={put.isPending}
                        onClick={() =>
                          save(
                            all,
                            revision,
                            all.rules.filter((_, at) => at !== index),
                          )
                        }
                      >
                        {t('notices.channels.remove')}
                      </Button>
                    </div>
                  )}
                </li>
              ))}
            </ul>
          )}
          {open !== null && (
            <RuleEditor
              rule={open.at === 'new' ? null : open.all.rules[open.at]!}
              channels={channels.data}
              error={put.error}
              isBusy={put.isPending}
              onEnd={() => {
                put.reset();
                setOpen(null);
              }}
              onSave={(rule) =>
                save(
                  open.all,
                  open.revision,
                  open.at === 'new' ? [...open.all.rules, rule] : open.all.rules.map((one, at) => (at === open.at ? rule : one)),
                )
              }
            />
          )}
        </Part>
      )}
    </Answered>
  );
}

interface RuleEditorProps {
  readonly rule: Rule | null;
  readonly channels: WireOutput<'channel.list'> | undefined;
  readonly error: Error | null;
  readonly isBusy: boolean;
  readonly onEnd: () => void;
  readonly onSave: (rule: Rule) => void;
}

function RuleEditor({ rule, channels, error, isBusy, onEnd, onSave }: RuleEditorProps) {
  const { t, say } = useWords();
  const [wanted, setWanted] = useState<Rule>(
    rule ?? { on: ['failure', 'held'], channel: channels?.channels[0]?.id ?? '', to: [], roles: [] },
  );
  const set = (more: Partial<Rule>): void => setWanted({ ...wanted, ...more });
  const channel = channels?.channels.find((one) => one.id === wanted.channel);
  const toPeople = channels?.kinds.find((kind) => kind.id === channel?.kind)?.toPeople ?? false;
  return (
    <Modal
      open
      title={t('notices.rules.title')}
      onCancel={onEnd}
      okText={t('settings.save')}
      cancelText={t('app.cancel')}
      okButtonProps={{ loading: isBusy, disabled: wanted.on.length === 0 || wanted.channel === '' }}
      onOk={() => onSave(toPeople ? wanted : { ...wanted, to: [] })}
    >
      {error && <SavedMeanwhile error={error} onReload={onEnd} />}
      <div className={styles.roles}>
        <Field label={t('notices.rules.on')} required>
          {(id) => (
            <Select
              id={id}
              className={styles.control!}
              mode="multiple"
              value={wanted.on}
              options={(Object.keys(words.notice) as Occasion[]).map((one) => ({ value: one, label: say(words.notice[one]) }))}
              onChange={(on) => set({ on })}
            />
          )}
        </Field>
        <Field label={t('notices.rules.channel')} required>
          {(id) => (
            <Select
              id={id}
              className={styles.control!}
              value={wanted.channel}
              options={(channels?.channels ?? []).map((one) => ({ value: one.id, label: one.name }))}
              onChange={(next) => set({ channel: next })}
            />
          )}
        </Field>
        {toPeople && (
          <>
            <Field label={t('notices.rules.to')} help={t('notices.rules.toHelp')}>
              {(id, help) => (
                <Select
                  id={id}
                  aria-describedby={help}
                  className={styles.control!}
                  mode="tags"
                  open={false}
                  suffixIcon={null}
                  placeholder={t('forms.listHint')}
                  value={wanted.to}
                  onChange={(to) => set({ to })}
                />
              )}
            </Field>
            <Field label={t('notices.rules.roles')}>
              {(id) => (
                <Select
                  id={id}
                  className={styles.control!}
                  mode="multiple"
                  value={wanted.roles}
                  options={(Object.keys(words.role) as Role[]).map((one) => ({ value: one, label: say(words.role[one]) }))}
                  onChange={(roles) => set({ roles })}
                />
              )}
            </Field>
          </>
        )}
      </div>
    </Modal>
  );
}
