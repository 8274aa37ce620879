using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Tests.Recordings;

public sealed class NothingSharedTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Topics_of_one_file_that_share_no_channel_are_told_as_such_and_what_to_do()
    {
        var lines = Enumerable.Range(0, 50).SelectMany(i => (string[])
        [
            $$$"""{"topic":"home/a","payload":{"ts":{{{1712345678 + i}}},"temp":{{{i % 7}}}}}""",
            $$$"""{"topic":"home/b","payload":{"ts":{{{1712345678 + i}}},"power":{{{i % 5}}}}}""",
        ]);
        var file = _folder.Write("day.jsonl", string.Join('\n', lines));
        var refused = Assert.Throws<ModelingException>(() => RecordingFolder.ReadAll(file, null));
        Assert.Contains("its 2 devices share no column of numbers: home/a has temp; home/b has power. In a file of messages each topic counts "
            + "as a device", refused.Message);
        Assert.Contains("edgeagent tap --save-readings", refused.Message);
    }

    [Fact]
    public void Files_that_share_no_channel_are_told_with_their_columns()
    {
        foreach (var channel in new[] { "temp", "power" })
            _folder.Write($"{channel}.csv", $"ts,{channel}\n" + string.Join('\n', Enumerable.Range(0, 50).Select(i => $"{1712345678 + i},{i % 7}")));
        var refused = Assert.Throws<ModelingException>(() => RecordingFolder.ReadAll(_folder.Path, null));
        Assert.Contains("the files share no column of numbers: power.csv has power; temp.csv has temp. Put", refused.Message);
    }
}
