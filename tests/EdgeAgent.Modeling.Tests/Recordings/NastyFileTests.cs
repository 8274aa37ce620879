using System.Globalization;
using System.IO.Compression;
using System.Text;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Tests.Recordings;

/// <summary>Files as loggers, spreadsheets and data frames leave them: each is read, or refused with its place.</summary>
public class NastyFileTests
{
    private const int Rows = 40;

    // {t}: ISO time, {i}: row, {v}: a value with a decimal point, {c}: with a decimal comma.
    [Theory]
    [InlineData("tab", "time\tx\ty", "{t}\t{v}\t{v}", "x,y", null)]
    [InlineData("pipe", "time|x|y", "{t}|{v}|{v}", "x,y", null)]
    [InlineData("decimal comma", "Zeit;x;y", "{t};{c};{c}", "x,y", "numbers have a decimal comma")]
    [InlineData("decimal comma and German dates", "Datum;Uhrzeit;x", "09.03.2020;10:14:{s};{c}", "x", "decimal comma")]
    [InlineData("quoted separators and thousands", "\"time\",\"x, in bar\"", "\"{t}\",\"1,{w}.5\"", "x, in bar", null)]
    [InlineData("separators at line ends", "time;x;", "{t};{v};", "x", null)]
    [InlineData("blank lines and comments", "# made by hand\n\ntime,x", "{t},{v}\n", "x", "begin with #")]
    [InlineData(
        "preamble and units", "Logger 5;;\nSerial;77;\ntime;x;y\ns;bar;V", "{t};{v};{v}", "x,y", "2 lines above the header skipped")]
    [InlineData("data frame index", ",timestamp,x", "{i},{t},{v}", "x", "counts the rows")]
    [InlineData("data frame with time as index", ",x", "{t},{v}", "x", null)]
    [InlineData("seconds with fraction", "ts,x", "17000000{s}.25,{v}", "x", null)]
    [InlineData("milliseconds", "epoch,x", "17000000{s}000,{v}", "x", null)]
    [InlineData("nanoseconds", "Date Time,x", "17000000{s}000000000,{v}", "x", null)]
    [InlineData("time with zone", "time,x", "{t}+02:00,{v}", "x", null)]
    [InlineData("US dates", "time,x", "3/14/2020 10:14:{s} AM,{v}", "x", null)]
    [InlineData("dates of one day", "time,x", "03/04/2020 10:14:{s},{v}", "x", "nothing tells whether day or month stands first")]
    [InlineData("no time", "x,y", "{v},{v}", "x,y", "no column is a time; taken as one reading a second")]
    [InlineData("one column", "x", "{v}", "x", "no column is a time")]
    [InlineData("no header", "{t0},1.5,2.5", "{t},{v},{v}", "column2,column3", "no header line")]
    [InlineData(
        "text and constants", "time,x,room,k", "{t},{v},attic,7", "x,k", "column \"room\" is no channel: holds text, such as \"attic\"")]
    [InlineData("constant", "time,x,k", "{t},{v},7", "x,k", null)]
    [InlineData("words for labels", "time,x,state", "{t},{v},normal", "x", null)]
    public void A_file_is_read_however_it_is_spelled(string what, string header, string row, string channels, string? note)
    {
        var set = Read(header.Replace("{t0}", Time(-1), StringComparison.Ordinal) + "\n" + Lines(row));

        var recording = Assert.Single(set.Recordings);
        Assert.True(recording.Rows >= Rows, $"{what}: {recording.Rows} rows");
        Assert.Equal(channels, string.Join(",", recording.Channels));
        Assert.Equal(1, recording.StepSeconds, 0.001);
        Assert.All(recording.Values, v => Assert.True(float.IsFinite(v)));
        if (note is not null) Assert.Contains(set.Notes, n => n.Text.Contains(note, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("anomaly", "0.0", "1.0")]
    [InlineData("label", "normal", "attack")]
    [InlineData("is_anomaly", "False", "True")]
    [InlineData("Normal/Attack", "Normal", "Attack")]
    [InlineData("fault", "0", "3")]
    [InlineData("class", "0", "1")]
    [InlineData("machine_status", "NORMAL", "BROKEN")]
    public void A_label_is_recognised_and_is_no_channel(string name, string calm, string fault)
    {
        var set = Read($"time,x,{name},changepoint\n" + Lines($"{{t}},{{v}},{{l}},0", i => i < 30 ? calm : fault));

        Assert.Equal(["x"], set.Recordings[0].Channels);
        Assert.Equal(name, set.Label);
        Assert.Equal(10, set.Recordings[0].Labels!.Count(l => l));
    }

    [Theory]
    [InlineData("", "a.csv: the file is empty")]
    [InlineData("name,comment\nfoo,bar\nx,y\n", "a.csv:1: no column of numbers")]
    [InlineData("time,x\n01/02/2024 00:00,1\n02/03/2024 00:00,2\n", "a.csv:2: \"01/02/2024 00:00\" may be day or month first")]
    [InlineData("time,x\nyesterday,1\nto-day,2\n", "a.csv:2: \"yesterday\" in column \"time\" is no time")]
    [InlineData("time,anomaly\n2024-01-01 00:00:00,0\n2024-01-01 00:00:01,1\n", "a.csv:1: no channel beside time and label")]
    [InlineData("time,x,x\n2024-01-01 00:00:00,0,1\n2024-01-01 00:00:01,1,1\n", "a.csv:1: column \"x\" appears 2 times")]
    [InlineData("time,x\n2024-01-01 00:00:00,\n2024-01-01 00:00:01,\n2024-01-01 00:00:02,5\n2024-01-01 00:00:03,\n",
        "a.csv:2: no channel is left to learn from: column \"x\" left out: more than half of its values are missing")]
    public void What_is_no_recording_is_refused_with_file_and_line(string text, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<ModelingException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Two_recordings_in_one_file_are_refused_where_the_second_begins() =>
        Assert.StartsWith($"a.csv:{Rows + 2}: time {Time(0)} goes back behind {Time(Rows - 1)}",
            Assert.Throws<ModelingException>(() => Read("time,x\n" + Lines("{t},{v}") + Lines("{t},{v}"))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Several_things_in_one_file_are_refused_with_the_column_that_names_them()
    {
        var text = "time,room,x,y\n" + string.Concat(Enumerable.Range(0, Rows).Select(i => $"{Time(i / 4)},d{i % 4},{Value(i)},{i}\n"));

        Assert.Contains(
            "column \"room\" names 4 things", Assert.Throws<ModelingException>(() => Read(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_values_are_held_for_a_while_and_long_stretches_are_gaps()
    {
        var set = Read("time,x,y\n" + Lines("{t},{l},{v}", i => i is 5 or 6 ? "NaN" : i is >= 20 and < 35 ? "" : Value(i)));

        var recording = set.Recordings[0];
        Assert.Equal(Rows - 15, recording.Rows);
        Assert.Equal(recording.Row(4)[0], recording.Row(6)[0]);
        Assert.Contains(set.Notes, n => n.Text == "2 missing values in \"x\" replaced by the one before, first at line 7");
        Assert.Contains(set.Notes, n => n.Text.StartsWith("15 of 40 readings left out as gaps", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-9999", "-9999 (1 times) taken for missing")]
    [InlineData("1e35", "1 value in \"x\" endless or beyond 1e30")]
    [InlineData("inf", "1 value in \"x\" endless")]
    [InlineData("OVERRANGE", "1 cell in \"x\" no number, taken for missing; first \"OVERRANGE\" at line 11")]
    public void What_stands_for_no_value_is_taken_for_missing_and_said(string code, string note)
    {
        var set = Read("time,x\n" + Lines("{t},{l}", i => i == 9 ? code : Value(i)));

        Assert.Equal(Rows, set.Recordings[0].Rows);
        Assert.InRange(set.Recordings[0].Values.Min(), 19, 22);
        Assert.Contains(set.Notes, n => n.Text.Contains(note, StringComparison.Ordinal));
    }

    [Fact]
    public void A_few_late_and_repeated_readings_are_sorted_in_and_the_last_one_of_a_time_counts()
    {
        var rows = Enumerable.Range(0, Rows).ToList();
        (rows[10], rows[11]) = (11, 10);
        rows.Insert(21, 20);
        var set = Read("time,x\n" + string.Concat(rows.Select((r, at) => $"{Time(r)},{(at == 21 ? "99" : Value(r))}\n")));

        Assert.Equal(Rows, set.Recordings[0].Rows);
        Assert.Equal(99, set.Recordings[0].Values[20]);
        Assert.Contains(
            set.Notes, n => n.Text.StartsWith("1 reading out of order sorted by time, first at a.csv:13", StringComparison.Ordinal));
    }

    [Fact]
    public void Old_encodings_line_ends_and_packing_do_not_matter()
    {
        using var folder = new TempFolder();
        var text = ("\"Zeit\";\"Temp °C\"\r\n" + Lines("\"{t}\";\"{c}\"")).Replace("\n", "\r\n", StringComparison.Ordinal);
        using (var packed = new GZipStream(File.Create(folder.Place("a.csv.gz")), CompressionLevel.Fastest))
            packed.Write(Encoding.Latin1.GetBytes(text));

        Assert.Equal(["Temp °C"], RecordingFolder.ReadAll(folder.Path, null).Recordings[0].Channels);
    }

    [Fact]
    public void A_damaged_file_is_read_or_refused_with_its_place_whatever_is_broken()
    {
        var good = "time;x;y;label\n" + Lines("{t};{v};{v};{l}", i => i > 30 ? "1" : "0");
        for (var seed = 0; seed < 1500; seed++)
        {
            var random = new Random(seed);
            var text = new StringBuilder(good);
            for (var n = random.Next(1, 12); n > 0; n--)
                Break(text, random);
            try
            {
                var set = Read(text.ToString());
                Assert.All(set.Recordings[0].Values, v => Assert.True(float.IsFinite(v), $"seed {seed}"));
                Assert.All(set.Recordings[0].Times.Zip(set.Recordings[0].Times.Skip(1)),
                    p => Assert.True(p.First < p.Second, $"seed {seed}"));
            }
            catch (ModelingException e)
            {
                Assert.Matches("^a\\.csv(:[0-9]+)?: ", e.Message);
            }
        }
    }

    private static void Break(StringBuilder text, Random random)
    {
        const string Letters = ";,\t|\"\n\r#-.e0123456789 :TZ/NaN∞\0°";
        var at = random.Next(text.Length);
        var length = Math.Min(text.Length - at - 1, random.Next(1, random.Next(1, 80)));
        switch (random.Next(5))
        {
            case 0: text[at] = Letters[random.Next(Letters.Length)]; break;
            case 1: text.Remove(at, length); break;
            case 2: text.Insert(random.Next(text.Length), text.ToString(at, length)); break;
            case 3: text.Insert(at, Letters[random.Next(Letters.Length)].ToString(), random.Next(1, 5)); break;
            default: if (random.Next(4) == 0) text.Length = Math.Max(1, at); break;
        }
    }

    private static string Time(int row) =>
        new DateTime(2026, 1, 1, 0, 1, 0).AddSeconds(row).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Value(int row) => (20 + row * 7 % 11 * 0.125).ToString(CultureInfo.InvariantCulture);

    private static string Lines(string row, Func<int, string>? label = null) => string.Concat(Enumerable.Range(0, Rows).Select(i => row
        .Replace("{t}", Time(i), StringComparison.Ordinal).Replace("{i}", $"{i}", StringComparison.Ordinal)
        .Replace("{s}", $"{i + 10}", StringComparison.Ordinal)
        .Replace("{v}", Value(i), StringComparison.Ordinal).Replace("{c}", Value(i).Replace('.', ','), StringComparison.Ordinal)
        .Replace("{w}", $"{200 + i * 7 % 11}", StringComparison.Ordinal)
        .Replace("{l}", label?.Invoke(i), StringComparison.Ordinal) + "\n"));

    private static RecordingSet Read(string text)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Place("a.csv"), text);
        return RecordingFolder.ReadAll(folder.Path, null);
    }
}
