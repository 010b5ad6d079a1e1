/** The date in the district at an instant (RFC 3339). */
const formats = new Map<string, Intl.DateTimeFormat>();

export const dayIn =
  (timeZone: string) =>
  (at: string): string => {
    let format = formats.get(timeZone);
    if (!format) {
      format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
      formats.set(timeZone, format);
    }
    return format.format(new Date(at));
  };
