using System.Globalization;

namespace EdgeAgent.Recordings.Tests;

/// <summary>Kinds whose readings are not those of all others: of several devices, with holes, or counted by the row.</summary>
public sealed class OddKindTests : IDisposable
{
    public static readonly string[] Kinds =
        ["thousands separators", "bad quality", "several devices", "runs that count from 1", "words for no value", "end of summer time"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("14,002.84")]
    [InlineData("14.002,84")]
    [InlineData("14 002,84")]
    [InlineData("14\u202F002,84")]
    [InlineData("14\u00A0002.84")]
    [InlineData("14'002.84")]
    [InlineData("14’002.84 kW")]
    [InlineData("-14.002,84")]
    public void Separators_of_thousands_fall_out(string cell)
    {
        var recording = Read(Some.File("time;a;b\n", $"{{t}};{cell};{{i}}"))[0];

        Assert.All(recording.Find("a")!, v => Assert.Equal(14002.84f, Math.Abs(v)));
    }

    [Theory]
    [InlineData("1,234", "987", 1234)]
    [InlineData("1,234", "2,345", 1.234)]
    public void A_comma_before_three_digits_separates_thousands_only_beside_smaller_numbers(string first, string second, double value)
    {
        var text = Some.File("time,a\n", $"{{t}},\"{first}\"");
        var recording = Read(text[..^(first.Length + 3)] + $"\"{second}\"\n")[0];

        Assert.Equal((float)value, recording.Columns[0].Values[0]);
        Assert.Contains(recording.Notes, n => n.Contains("\"1,234\" and its like", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Quality", "Good", "Bad")]
    [InlineData("Status", "Good", "Questionable")]
    [InlineData("Status", "Good", "Calc Failed")]
    [InlineData("Quality", "192", "0")]
    [InlineData("Quality", "192", "64")]
    [InlineData("DataQuality", "100", "0")]
    [InlineData("Validity", "1", "0")]
    [InlineData("StatusCode", "0", "2147483648")]
    [InlineData("Valid", "true", "false")]
    public void What_is_of_bad_quality_is_missing(string column, string good, string bad)
    {
        var tags = Some.File($"Tag;Time;Value;{column}\n", $"a;{{t}};{{a}};{good}\nb;{{t}};{{b}};{{q}}");
        var alone = Some.File($"Time;a;{column}\n", $"{{t}};{{a}};{{q}}");
        var beside = Some.File($"Time;a;b;b_{column}\n", $"{{t}};{{a}};{{b}};{{q}}");

        foreach (var (text, channel) in new[] { (tags, "b"), (alone, "a"), (beside, "b") })
        {
            var place = text.IndexOf("{q}", text.IndexOf("{q}", StringComparison.Ordinal) + 1, StringComparison.Ordinal);
            var recording = Assert.Single(Read((text[..place] + bad + text[(place + 3)..]).Replace("{q}", good, StringComparison.Ordinal)));
            if (column.StartsWith("Status", StringComparison.Ordinal) && bad is not "Questionable" && text != tags) continue;

            Assert.Equal([1], Enumerable.Range(0, recording.Rows).Where(r => float.IsNaN(recording.Find(channel)![r])));
            Assert.DoesNotContain(recording.Columns, c => c.Name.EndsWith(column, StringComparison.Ordinal));
            Assert.Null(recording.Labels);
            if (text != alone) Assert.DoesNotContain(float.NaN, recording.Find("a")!);
        }
    }

    [Theory]
    [InlineData("time,machineID,a\n", "{t},1,{a}\n{t},2,{b}")]
    [InlineData("time,device,tag,value\n", "{t},1,a,{a}\n{t},2,a,{b}")]
    [InlineData(",result,table,_time,_value,_field,host\n", ",,0,{t},{a},a,1\n,,1,{t},{b},a,2")]
    public void A_column_that_names_devices_makes_a_recording_of_each(string header, string line)
    {
        var recordings = Read(Some.File(header, line));

        Assert.Equal(["1", "2"], recordings.Select(r => r.Device));
        Assert.Equal(Enumerable.Range(0, Some.Rows).Select(Some.A), recordings[0].Find("a")!);
        Assert.Equal(Enumerable.Range(0, Some.Rows).Select(Some.B), recordings[1].Find("a")!);
        Assert.Equal(recordings[0].Ticks, recordings[1].Ticks);
    }

    [Fact]
    public void Runs_that_count_from_1_are_a_device_each()
    {
        var recordings = Read(Some.File("", "1 {n} 0.0007 100.0 {a}  ") + Some.File("", "2 {n} 0.0007 100.0 {b}  "));

        Assert.Equal(["1", "2"], recordings.Select(r => r.Device));
        Assert.Equal(["column3", "column4", "column5"], recordings[0].Columns.Select(c => c.Name));
        Assert.Equal(Enumerable.Range(0, Some.Rows).Select(Some.B), recordings[1].Find("column5")!);
        Assert.Equal(TimeSpan.TicksPerSecond, recordings[1].Ticks[1] - recordings[1].Ticks[0]);
        Assert.Null(Assert.Single(Read(Some.File("", "1 {n} {a} {b}"))).Device);
    }

    [Theory]
    [InlineData("Calc Failed")]
    [InlineData("I/O Timeout")]
    [InlineData("Bad")]
    [InlineData("")]
    [InlineData("#N/A")]
    public void A_word_for_no_value_is_a_missing_one_even_in_the_first_row(string word)
    {
        var recording = Read($"time,a,b\n{Some.Line("{t}", -1)},{word},{word}\n" + Some.File("", "{t},{a},{b}"))[0];

        Assert.Equal(Some.Rows + 1, recording.Rows);
        Assert.True(float.IsNaN(recording.Find("a")![0]));
    }

    [Fact]
    public void The_hour_that_comes_twice_at_the_end_of_summer_time_is_two_hours()
    {
        var start = new DateTime(2024, 10, 27, 0, 0, 0);
        var clocks = Enumerable.Range(0, 72).Select(i => start.AddMinutes(5 * i - (i >= 36 ? 60 : 0)));
        var lines = clocks.Select((t, i) => FormattableString.Invariant($"{t:yyyy-MM-dd HH:mm:ss},{i}.5\n"));
        var recording = Read("time,a\n" + string.Concat(lines))[0];

        Assert.Equal(72, recording.Rows);
        Assert.All(Enumerable.Range(1, 71), i => Assert.Equal(5 * TimeSpan.TicksPerMinute, recording.Ticks[i] - recording.Ticks[i - 1]));
        Assert.Equal(Enumerable.Range(0, 72).Select(i => i + 0.5f), recording.Columns[0].Values);
        Assert.Contains(recording.Notes, n => n.StartsWith("one hour back at a.csv:38", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Sat Mar 09 06:00:00 CET 2024", "2024-03-09 05:00:00")]
    [InlineData("Sun Jul 07 06:00:00 CEST 2024", "2024-07-07 04:00:00")]
    [InlineData("Sat Mar  9 06:00:00 2024", "2024-03-09 06:00:00")]
    [InlineData("9 août 2024 06:00", "2024-08-09 06:00:00")]
    [InlineData("09-Okt-2024 12:30:00 AM", "2024-10-09 00:30:00")]
    [InlineData("09.03.2024 12:30 p.m.", "2024-03-09 12:30:00")]
    [InlineData("2024-03-09T06:00:00 EST", "2024-03-09 11:00:00")]
    [InlineData("09.03.2024 06.15.30", "2024-03-09 06:15:30")]
    [InlineData("Dezember 9, 2024 6:00 PM", "2024-12-09 18:00:00")]
    public void Times_are_what_was_meant(string text, string expected)
    {
        Assert.True(TimeText.TryRead(text, out var time));
        Assert.Equal(DateTime.Parse(expected, CultureInfo.InvariantCulture).Ticks, time.Ticks(DateOrder.DayFirst));
    }

    [Theory]
    [InlineData("Sat Mar 09 06:00:00 XYZT 2024")]
    [InlineData("06.30")]
    [InlineData("12.5")]
    [InlineData("attic")]
    [InlineData("March")]
    [InlineData("pump 7 on")]
    public void What_is_no_time_is_none(string text) => Assert.False(TimeText.TryRead(text, out _));

    [Theory]
    [InlineData("950 W", "1.2 kW", 1200)]
    [InlineData("950 mbar", "1.2 bar", 1200)]
    [InlineData("950 W", "1.2 V", double.NaN)]
    public void Units_of_one_column_are_brought_to_the_usual_one(string usual, string other, double value)
    {
        var recording = Read(Some.File("time,a\n", $"{{t}},{usual}") + $"2024-03-11 00:00:00,{other}\n")[0];

        Assert.Equal(950, recording.Columns[0].Values[0]);
        Assert.Equal((float)value, recording.Columns[0].Values[^1]);
    }

    [Fact]
    public void Repeated_names_get_those_of_the_row_above()
    {
        var recording = Read(Some.File("Time;Pump 1;;Pump 2;\nTime;\"Druck; innen\";Öl;\"Druck; innen\";Öl\n", "{t};{a};{b};{b};{a}"))[0];

        Assert.Equal(["Pump 1 Druck; innen", "Pump 1 Öl", "Pump 2 Druck; innen", "Pump 2 Öl"], recording.Columns.Select(c => c.Name));
    }

    private IReadOnlyList<RawRecording> Read(string text) => RecordingReader.Read(_folder.Write("a.csv", text), "a.csv");
}
