import { App, Button, Checkbox, Form, Input, Radio, Select } from 'antd';
import { useState } from 'react';
import { useConsole, useWords } from '../context.ts';
import { asProblem } from '../shared/api.ts';
import { overseesAll, ownDepartments } from '../shared/who.ts';
import { type CatalogueView, putSystem, type SystemEntry, type SystemView } from './requests.ts';
import { useCloudWords } from './words.ts';

interface Values {
  readonly department: string;
  readonly name: string;
  readonly level: number;
  readonly dataClasses?: string[];
  readonly ownerName?: string;
  readonly ownerPhone?: string;
  readonly elsewhere?: string;
}

/** As the API asks. */
const PHONE = /^[+0-9-]{5,20}$/;
const LEVELS = [1, 2, 3, 4] as const;

const entryOf = ({ department, name, level, dataClasses = [], ownerName, ownerPhone, elsewhere }: Values): SystemEntry => ({
  department,
  name: name.trim(),
  level,
  dataClasses,
  ...(ownerName && ownerPhone && { owner: { name: ownerName.trim(), phone: ownerPhone.trim() } }),
  ...(elsewhere && elsewhere.trim() !== '' && { elsewhere: elsewhere.trim() }),
});

interface Props {
  readonly systemId: string;
  /** Undefined for a new entry. */
  readonly system: SystemView | undefined;
  readonly catalogue: CatalogueView;
  readonly onSaved: (system: SystemView) => void;
  readonly onStale: () => void;
  readonly onCancel: () => void;
}

export const SystemForm = ({ systemId, system, catalogue, onSaved, onStale, onCancel }: Props) => {
  const words = useCloudWords();
  const { words: common, language, say } = useWords();
  const { api, profile, district } = useConsole();
  const { message, notification } = App.useApp();
  const [busy, setBusy] = useState(false);
  const own = ownDepartments(profile);
  const departments = district.departments.filter(({ id }) => overseesAll(profile, district.bureau) || own.includes(id));
  const finish = async (values: Values) => {
    setBusy(true);
    try {
      onSaved(await putSystem(api, systemId, system?.version ?? 0, entryOf(values)));
      message.success(words.systems.saved);
    } catch (error) {
      const problem = asProblem(error, language);
      if (problem.status === 412) onStale();
      else notification.error({ title: problem.title, description: problem.detail, role: 'alert', duration: 0 });
    } finally {
      setBusy(false);
    }
  };
  const needed = [{ required: true, message: words.systems.required }];
  return (
    <Form<Values>
      layout="vertical"
      requiredMark={false}
      scrollToFirstError={{ focus: true }}
      initialValues={{
        department: system?.department ?? departments[0]?.id,
        name: system?.name,
        level: system?.level,
        dataClasses: system?.dataClasses ?? [],
        ownerName: system?.owner?.name,
        ownerPhone: system?.owner?.phone,
        elsewhere: system?.elsewhere,
      }}
      onFinish={(values) => void finish(values)}
    >
      <Form.Item name="department" label={words.systems.department} rules={needed}>
        <Select options={departments.map(({ id, name }) => ({ value: id, label: name[language] }))} />
      </Form.Item>
      <Form.Item name="name" label={words.systems.name} rules={[{ required: true, whitespace: true, message: words.systems.required }]}>
        <Input maxLength={200} data-testid="system-name" />
      </Form.Item>
      <Form.Item name="level" label={words.systems.level} rules={needed}>
        <Radio.Group options={LEVELS.map((level) => ({ value: level, label: words.systems.levelOf(level) }))} />
      </Form.Item>
      <Form.Item name="dataClasses" label={words.systems.dataClasses}>
        <Checkbox.Group options={catalogue.dataClasses.map(({ id, name }) => ({ value: id, label: say(name) }))} />
      </Form.Item>
      <div className="two">
        <Form.Item
          name="ownerName"
          label={words.systems.ownerName}
          dependencies={['ownerPhone']}
          rules={[({ getFieldValue }) => ({ required: Boolean(getFieldValue('ownerPhone')), message: words.systems.required })]}
        >
          <Input maxLength={50} />
        </Form.Item>
        <Form.Item
          name="ownerPhone"
          label={words.systems.ownerPhone}
          dependencies={['ownerName']}
          rules={[
            ({ getFieldValue }) => ({ required: Boolean(getFieldValue('ownerName')), message: words.systems.required }),
            { pattern: PHONE, message: words.systems.phoneWrong },
          ]}
        >
          <Input maxLength={20} inputMode="tel" />
        </Form.Item>
      </div>
      <Form.Item name="elsewhere" label={words.systems.elsewhere} extra={words.systems.elsewhereHint}>
        <Input maxLength={200} />
      </Form.Item>
      <div className="action-links">
        <Button type="primary" htmlType="submit" loading={busy} data-testid="save-system">
          {words.systems.save}
        </Button>
        <Button onClick={onCancel}>{common.app.cancel}</Button>
      </div>
    </Form>
  );
};
