using System.Text;
using System.Text.Json;
using EdgeAgent.Cli;

namespace EdgeAgent.Tests.Cli;

public sealed class ReadableJsonTests
{
    [Fact]
    public void Names_are_readable_and_what_moves_a_cursor_is_written_out()
    {
        int[] others = [0x2028, 0x202e, 0x2066, 0x200f, 0x61c];
        var text = "plant/+/Öl °C <x> " + string.Concat(Enumerable.Range(0, 0xa0).Concat(others).Select(c => (char)c));
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = ReadableJsonEncoder.Instance }))
            json.WriteStringValue(text);

        var written = Encoding.UTF8.GetString(stream.ToArray());

        Assert.StartsWith("\"plant/+/Öl °C <x> \\u0000", written, StringComparison.Ordinal);
        Assert.DoesNotContain(written, c => char.IsControl(c) || c is '\u2028' or '\u202e' or '\u2066' or '\u200f' or '\u061c');
        Assert.Equal(text, JsonSerializer.Deserialize<string>(written));
    }
}
