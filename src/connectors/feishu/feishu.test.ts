// The suite that every connector passes, against the Feishu simulator.
import { describeConformance, simulatorSubject } from '../../connector-kit/conformance/index.ts';
import { feishu } from './index.ts';
import { signedRequest } from './simulator-events.ts';
import { LIMITED_APP, type FeishuSimulator } from './simulator.ts';

/** Feishu always has an order (traps.test.ts), and a number that is shown or not: neither can be empty. */
const values = { 'department.order': () => null, 'person.mobile_visible': () => null };

describeConformance(
  simulatorSubject(feishu, {
    part: { department: '' },
    samples: { values },
    far: (simulator, { clock }) => {
      // Whoever has not accepted the invitation cannot be a leader (traps.test.ts); the suite makes its leaders itself.
      (simulator as FeishuSimulator).tenant.joinsAtOnce = true;
      const { encryptKey, verificationToken: token } = simulator.config as { encryptKey: string; verificationToken: string };
      const incoming = (plain: object) => {
        const { headers, body } = signedRequest({ encryptKey }, JSON.stringify(plain), clock.now());
        return { method: 'POST', headers, query: {}, body: new TextEncoder().encode(body), now: clock.now() };
      };
      const limited = (simulator as FeishuSimulator).apps.get(LIMITED_APP)!;
      return {
        underPrivilegedConfig: { ...simulator.config, appId: limited.id, appSecret: limited.secret },
        missingPart: { department: 'od-never' },
        event: ([key]) =>
          incoming({
            schema: '2.0',
            header: { event_id: 'e1', token, create_time: String(clock.now()), event_type: 'contact.user.updated_v3' },
            event: { object: { open_id: key!.id } },
          }),
        handshake: () => ({ event: incoming({ challenge: 'who-is-there', token, type: 'url_verification' }), expects: 'who-is-there' }),
      };
    },
  }),
);
