import { App, Button, Form, Input, Modal, Select } from 'antd';
import { useMemo, useState } from 'react';
import { useConsole, useWords } from '../context.ts';
import { asProblem } from '../shared/api.ts';
import { useLoaded } from '../shared/loaded.ts';
import { daysLater, deputiesIn } from './people.ts';
import { delegateDuty, listOfficers } from './requests.ts';
import { useDirectoryWords } from './words.ts';

/** As the API asks. */
const LONGEST_DAYS = 90;
const REASON = { min: 2, max: 200 } as const;

interface Values {
  /** `<department>/<duty>` */
  readonly held: string;
  readonly deputy: string;
  readonly until: string;
  readonly reason: string;
}

interface Props {
  /** The district's calendar day. */
  readonly today: string;
  readonly onGiven: () => void;
  readonly onClose: () => void;
}

export const DelegateDialog = ({ today, onGiven, onClose }: Props) => {
  const words = useDirectoryWords();
  const { words: common, language, say } = useWords();
  const { api, profile } = useConsole();
  const { message, notification } = App.useApp();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  // One name for this delegation, however often it is sent.
  const key = useMemo(() => crypto.randomUUID(), []);
  const own = profile.duties.filter((duty) => duty.for === undefined);
  const held = Form.useWatch('held', form) ?? (own[0] && `${own[0].department.id}/${own[0].duty}`);
  const department = held?.slice(0, held.indexOf('/')) ?? '';
  const { value } = useLoaded(department === '' ? undefined : department, (signal) => listOfficers(api, { department }, signal));
  const deputies = deputiesIn(value?.items ?? [], department, profile.id, today);
  const finish = async ({ held: which, deputy, until, reason }: Values) => {
    const duty = own.find((one) => `${one.department.id}/${one.duty}` === which);
    if (!duty) return;
    setBusy(true);
    try {
      await delegateDuty(api, key, { department: duty.department.id, duty: duty.duty, deputy, until, reason: reason.trim() });
      message.success(words.delegation.given);
      onGiven();
    } catch (error) {
      const problem = asProblem(error, language);
      notification.error({ title: problem.title, description: problem.detail, role: 'alert', duration: 0 });
    } finally {
      setBusy(false);
    }
  };
  const needed = [{ required: true, message: words.edit.required }];
  return (
    <Modal
      open
      title={words.delegation.give}
      onCancel={onClose}
      footer={[
        <Button key="cancel" onClick={onClose}>
          {common.app.cancel}
        </Button>,
        <Button key="submit" type="primary" loading={busy} data-testid="delegate-submit" onClick={() => form.submit()}>
          {words.delegation.submit}
        </Button>,
      ]}
    >
      <p>{words.delegation.hint}</p>
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ held, until: daysLater(today, 7) }}
        onFinish={(values) => void finish(values)}
      >
        <Form.Item name="held" label={words.delegation.which} rules={needed}>
          <Select
            onChange={() => form.resetFields(['deputy'])}
            options={own.map(({ department: where, duty, name }) => ({
              value: `${where.id}/${duty}`,
              label: `${say(where.name)} · ${say(name)}`,
            }))}
          />
        </Form.Item>
        <Form.Item
          name="deputy"
          label={words.delegation.whom}
          rules={needed}
          extra={value && deputies.length === 0 && words.delegation.nobody}
        >
          <Select
            loading={!value}
            data-testid="delegate-deputy"
            options={deputies.map(({ id, name }) => ({ value: id, label: name[language] }))}
          />
        </Form.Item>
        <Form.Item name="until" label={words.delegation.lastDay} rules={needed}>
          <Input type="date" min={today} max={daysLater(today, LONGEST_DAYS)} />
        </Form.Item>
        <Form.Item
          name="reason"
          label={words.delegation.reason}
          rules={[{ required: true, whitespace: true, message: words.edit.required }, { min: REASON.min }]}
        >
          <Input maxLength={REASON.max} data-testid="delegate-reason" />
        </Form.Item>
      </Form>
    </Modal>
  );
};
