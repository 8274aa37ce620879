using System.Text;
using EdgeAgent.Pipeline.Formats.Documents;
using EdgeAgent.Pipeline.Formats.Json;

namespace EdgeAgent.Pipeline.Formats.Csv;

/// <summary>
/// Reads payloads that are one line of values, as "23.4;5.1": the source names the columns. Semicolons, tabs, commas or blanks separate
/// them, whichever of these comes first in this list. Event time is the time of arrival. Belongs to a source's loop.
/// </summary>
internal sealed class CsvDecoder : IPayloadDecoder
{
    /// <summary>A column that nobody asked for.</summary>
    private const int LeftOut = -1;

    private readonly (int Slot, bool IsListed)[] _columns;
    private readonly TextValue _texts;
    private readonly bool _hasDecimalComma;

    public CsvDecoder(PayloadOptions source, ChannelTable channels)
    {
        _texts = new TextValue(source);
        _hasDecimalComma = source.HasDecimalComma;
        var wanted = new NamedChannels(source, channels);
        _columns = new (int, bool)[source.Columns.Count];
        for (var i = 0; i < _columns.Length; i++)
        {
            var name = Encoding.UTF8.GetBytes(source.Columns[i]);
            var slot = name.Length == 0 ? LeftOut : wanted.Find(name, -1, out _);
            _columns[i] = (Math.Max(slot, LeftOut), wanted.IsListed(name));
        }
    }

    public bool NamesDevices => false;

    public DecodeFailure Decode(in IncomingMessage message, DecodedRows rows)
    {
        var rest = JsonRepair.Trim(message.Payload);
        if (rest.IsEmpty) return DecodeFailure.Empty;
        if (rest.Contains((byte)'\n')) return DecodeFailure.BadCsv;
        var separator = Separator(rest);
        var texts = 0;
        rows.BeginRow();
        for (var column = 0; ; column++)
        {
            var end = rest.IndexOf(separator);
            var field = Plain(end < 0 ? rest : rest[..end]);
            // A separator may end the line.
            if (column == _columns.Length && end < 0 && field.IsEmpty) break;
            if (column >= _columns.Length || (end < 0 && column + 1 < _columns.Length)) return DecodeFailure.BadCsv;
            if (!TryPut(_columns[column], field, rows)) texts++;
            if (end < 0) break;
            rest = rest[(end + 1)..];
            if (separator == ' ') rest = rest.TrimStart(separator);
        }
        rows.EndRow(rows.Device(message.Device), message.ArrivalTicks);
        return rows.HasRows ? DecodeFailure.None : texts > 0 ? DecodeFailure.OnlyTexts : DecodeFailure.NoChannels;
    }

    /// <summary>False: the field holds a text where a number was asked for.</summary>
    private bool TryPut((int Slot, bool IsListed) column, ReadOnlySpan<byte> field, DecodedRows rows)
    {
        if (column.Slot == LeftOut || field.IsEmpty) return true;
        if (!_texts.TryRead(field, column.IsListed, out var value)) return false;
        rows.Put(column.Slot, value);
        return true;
    }

    private byte Separator(ReadOnlySpan<byte> line) =>
        line.Contains((byte)';') ? (byte)';'
        : line.Contains((byte)'\t') ? (byte)'\t'
        : !_hasDecimalComma && line.Contains((byte)',') ? (byte)',' : (byte)' ';

    private static ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> field)
    {
        field = field.Trim(" \t\r"u8);
        return field.Length >= 2 && field[0] == '"' && field[^1] == '"' ? field[1..^1] : field;
    }
}
