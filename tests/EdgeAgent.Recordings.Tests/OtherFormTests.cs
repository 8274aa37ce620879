namespace EdgeAgent.Recordings.Tests;

/// <summary>A file that is no recording is refused with what it looks like.</summary>
public sealed class OtherFormTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Messages_without_numbers_are_told_as_messages()
    {
        var message = Refusal("r.jsonl", "{\"ts\":1712345678,\"values\":{\"a\":\"on\"}}\n{\"ts\":1712345679,\"values\":{\"a\":\"off\"}}\n"u8);
        Assert.Contains("expected messages with a number for each channel: the file holds JSON lines", message);
        Assert.DoesNotContain("separated by", message);
    }

    [Theory]
    [InlineData("[\n{\"ts\":1,\"a\":2},\n{\"ts\":2,\"a\":3}\n]", "it looks like one list of JSON: write an object a line, as jq -c '.[]' does")]
    [InlineData("<?xml version=\"1.0\"?>\n<a>b</a>", "it looks like XML or HTML")]
    [InlineData("PK\u0003\u0004\0\0", "it looks like a ZIP file or one of Excel's own (.xlsx): export it as CSV")]
    public void What_a_file_looks_like_is_told(string text, string told) =>
        Assert.Contains(told, Refusal("r.csv", System.Text.Encoding.UTF8.GetBytes(text)));

    private string Refusal(string name, ReadOnlySpan<byte> bytes)
    {
        File.WriteAllBytes(_folder.File(name), bytes);
        return Assert.Throws<RecordingException>(() => RecordingReader.Read(_folder.File(name), name)).Message;
    }
}
