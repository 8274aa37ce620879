using System.Globalization;

namespace EdgeAgent.Recordings.Tests;

/// <summary>Dates whose year has two digits: all of a file's dates tell where it stands.</summary>
public sealed class ShortYearTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("yy-MM-dd", "2024-04-05")]
    [InlineData("yy/MM/dd", "2024-04-05")]
    [InlineData("yy.MM.dd", "2024-04-05")]
    [InlineData("yy-MM-dd", "2024-12-30")]
    [InlineData("dd-MM-yy", "2024-04-05")]
    [InlineData("dd/MM/yy", "2024-04-05")]
    [InlineData("dd.MM.yy", "2024-04-05")]
    [InlineData("MM-dd-yy", "2024-04-11")]
    [InlineData("MM/dd/yy", "2024-04-30")]
    public void Three_days_tell_where_the_year_stands(string format, string first)
    {
        var start = DateTime.Parse(first, CultureInfo.InvariantCulture);
        var times = Enumerable.Range(0, 72).Select(i => start.AddHours(i)).ToArray();
        var recording = Assert.Single(Read(times, format));
        Assert.Equal(times.Select(t => t.Ticks), recording.Ticks);
    }

    [Theory]
    [InlineData("yy-MM-dd")]
    [InlineData("dd-MM-yy")]
    public void One_date_of_which_nothing_tells_the_year_is_refused(string format)
    {
        var start = new DateTime(2024, 4, 5, 6, 0, 0);
        var refused = Assert.Throws<RecordingException>(() => Read([.. Enumerable.Range(0, 20).Select(i => start.AddMinutes(i))], format));
        Assert.Contains("may have the year first or last, and no row of the file tells which; write it with four digits", refused.Message);
    }

    [Theory]
    [InlineData("dd/MM/yy", false)]
    [InlineData("MM/dd/yy", true)]
    public void One_date_with_slashes_has_its_year_last_and_its_order_is_told(string format, bool isMonthFirst)
    {
        var start = new DateTime(2024, 4, 5, 6, 0, 0);
        var recording = Assert.Single(Read([.. Enumerable.Range(0, 20).Select(i => start.AddMinutes(i))], format));
        Assert.Equal(isMonthFirst ? start.Ticks : new DateTime(2024, 5, 4, 6, 0, 0).Ticks, recording.Ticks[0]);
        Assert.Contains(recording.Notes, n => n.Contains("is taken as month first", StringComparison.Ordinal));
    }

    private IReadOnlyList<RawRecording> Read(DateTime[] times, string format)
    {
        var lines = times.Select((t, i) => $"{t.ToString(format, CultureInfo.InvariantCulture)} {t:HH:mm:ss};{i % 7}.5");
        return RecordingReader.Read(_folder.Write("r.csv", "time;a\n" + string.Join('\n', lines)), "r.csv");
    }
}
