namespace EdgeAgent.Recordings.Tests;

/// <summary>A recording is a regular file: a pipe or a device is told for what it is.</summary>
public sealed class NamedFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pipe.csv")]
    [InlineData("pipe.csv.gz")]
    [InlineData("pipe.jsonl")]
    public async Task A_pipe_is_refused_and_not_waited_for(string name)
    {
        var path = NamedPipe.Make(_folder.File(name));

        foreach (var read in new Func<object>[] { () => RecordingReader.Read(path, name), () => RecordingFiles.Find([path]) })
        {
            var refused = await Assert.ThrowsAsync<RecordingException>(() => NamedPipe.NeverWaits(read));
            Assert.Contains("is a named pipe (FIFO); expected a regular file: write what it brings to one first", refused.Message);
        }
        await Assert.ThrowsAnyAsync<IOException>(() => NamedPipe.NeverWaits(() => RecordingFiles.OpenText(path)));
    }

    [Fact]
    public void A_device_without_end_is_refused() =>
        Assert.Contains(
            "is a character device", Assert.Throws<RecordingException>(() => RecordingReader.Read("/dev/zero", "/dev/zero")).Message);
}
