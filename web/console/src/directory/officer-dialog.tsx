import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { App, Button, Form, Input, Modal, Radio, Select } from 'antd';
import { useState } from 'react';
import { dutyName } from '../casework/names.ts';
import { useCaseWords } from '../casework/words.ts';
import { useConsole, useWords } from '../context.ts';
import { asProblem } from '../shared/api.ts';
import { type DutyName, dutiesIn } from './people.ts';
import { type OfficerEntry, type OfficerView, putOfficer } from './requests.ts';
import { useDirectoryWords } from './words.ts';

interface DutyValues {
  readonly department: string;
  readonly duty: DutyName;
  readonly from?: string;
  readonly until?: string;
}
interface Values {
  readonly id: string;
  readonly kind: 'person' | 'service';
  readonly nameZh: string;
  readonly nameEn: string;
  readonly duties: readonly DutyValues[];
  readonly leftOn?: string;
}

/** A day that was left empty is not said. */
const day = <K extends string>(key: K, value: string | undefined): { [P in K]?: string } =>
  (value ? { [key]: value } : {}) as { [P in K]?: string };

const entryOf = ({ kind, nameZh, nameEn, duties, leftOn }: Values): OfficerEntry => ({
  kind,
  name: { zh: nameZh.trim(), en: nameEn.trim() },
  duties: duties.map(({ department, duty, from, until }) => ({ department, duty, ...day('from', from), ...day('until', until) })),
  ...day('leftOn', leftOn),
});

interface Props {
  /** Undefined for somebody new. */
  readonly officer: OfficerView | undefined;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}

const Duties = () => {
  const words = useDirectoryWords();
  const caseWords = useCaseWords();
  const { language } = useWords();
  const { district } = useConsole();
  const form = Form.useFormInstance<Values>();
  const duties = (Form.useWatch('duties', form) ?? []) as readonly Partial<DutyValues>[];
  const needed = [{ required: true, message: words.edit.required }];
  return (
    <Form.List name="duties">
      {(fields, { add, remove }) => (
        <>
          {fields.map(({ key, name }) => (
            <fieldset key={key} className="duty">
              <legend className="visually-hidden">{words.edit.duty}</legend>
              <Form.Item name={[name, 'department']} label={words.page.department} rules={needed}>
                <Select
                  showSearch={{ optionFilterProp: 'label' }}
                  options={district.departments.map((one) => ({ value: one.id, label: one.name[language] }))}
                />
              </Form.Item>
              <Form.Item name={[name, 'duty']} label={words.edit.duty} rules={needed}>
                <Select
                  options={dutiesIn(duties[name]?.department, district.bureau).map((duty) => ({
                    value: duty,
                    label: dutyName(caseWords, duty),
                  }))}
                />
              </Form.Item>
              <Form.Item name={[name, 'from']} label={words.edit.from}>
                <Input type="date" />
              </Form.Item>
              <Form.Item name={[name, 'until']} label={words.edit.until}>
                <Input type="date" />
              </Form.Item>
              <Button type="text" icon={<DeleteOutlined />} aria-label={words.edit.removeDuty} onClick={() => remove(name)} />
            </fieldset>
          ))}
          <Button icon={<PlusOutlined />} onClick={() => add({})}>
            {words.edit.addDuty}
          </Button>
        </>
      )}
    </Form.List>
  );
};

export const OfficerDialog = ({ officer, onSaved, onClose }: Props) => {
  const words = useDirectoryWords();
  const { words: common, language, say } = useWords();
  const { api } = useConsole();
  const { message, notification } = App.useApp();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  const finish = async (values: Values) => {
    setBusy(true);
    try {
      await putOfficer(
        api,
        officer?.id ?? values.id.trim(),
        officer?.version ?? 0,
        entryOf({ ...values, kind: officer?.kind ?? values.kind }),
      );
      message.success(words.edit.saved);
      onSaved();
    } catch (error) {
      const problem = asProblem(error, language);
      const description = problem.status === 412 ? words.edit.stale : problem.detail;
      notification.error({ title: problem.title, description, role: 'alert', duration: 0 });
    } finally {
      setBusy(false);
    }
  };
  const needed = [{ required: true, whitespace: true, message: words.edit.required }];
  return (
    <Modal
      open
      width={760}
      title={officer ? words.page.edit(say(officer.name)) : words.edit.headingNew}
      onCancel={onClose}
      footer={[
        <Button key="cancel" onClick={onClose}>
          {common.app.cancel}
        </Button>,
        <Button key="save" type="primary" loading={busy} data-testid="save-officer" onClick={() => form.submit()}>
          {words.edit.save}
        </Button>,
      ]}
    >
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{
          kind: 'person',
          duties: officer?.duties ?? [{}],
          nameZh: officer?.name.zh,
          nameEn: officer?.name.en,
          leftOn: officer?.leftOn,
        }}
        onFinish={(values) => void finish(values)}
      >
        {!officer && (
          <>
            <Form.Item
              name="id"
              label={words.edit.id}
              extra={words.edit.idHint}
              rules={[...needed, { pattern: /^[\w.:@-]{1,128}$/, message: words.edit.idWrong }]}
            >
              <Input maxLength={128} data-testid="officer-id" />
            </Form.Item>
            <Form.Item name="kind" label={words.edit.kind}>
              <Radio.Group
                options={[
                  { value: 'person', label: words.edit.person },
                  { value: 'service', label: words.edit.service },
                ]}
              />
            </Form.Item>
          </>
        )}
        <div className="two">
          <Form.Item name="nameZh" label={words.edit.nameZh} rules={needed}>
            <Input maxLength={50} />
          </Form.Item>
          <Form.Item name="nameEn" label={words.edit.nameEn} rules={needed}>
            <Input maxLength={50} />
          </Form.Item>
        </div>
        <Duties />
        <Form.Item name="leftOn" label={words.edit.leftOn} extra={words.edit.leftOnHint} className="left-on">
          <Input type="date" />
        </Form.Item>
      </Form>
    </Modal>
  );
};
