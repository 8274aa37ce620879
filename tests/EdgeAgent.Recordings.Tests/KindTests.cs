using System.Text;

namespace EdgeAgent.Recordings.Tests;

/// <summary>Each kind of docs/recordings.md with its variations: all of them are the same readings.</summary>
public sealed class KindTests : IDisposable
{
    private const string Lvm = "LabVIEW Measurement\t\nWriter_Version\t2\nSeparator\tTab\nDecimal_Separator\t,\nX_Columns\tOne\n"
        + "Date\t2024/03/09\nTime\t22:50:00,0\n***End_of_Header***\t\n\nChannels\t2\nSamples\t48\t48\nDate\t2024/03/09\t2024/03/09\n"
        + "Time\t22:50:00,0\t22:50:00,0\nDelta_X\t300,0\t300,0\n***End_of_Header***\nX_Value\ta\tb\tComment\n";
    private const string Influx = "#group,false,false,true,true,false,false,true,true\r\n#datatype,string,long,dateTime:RFC3339,"
        + "dateTime:RFC3339,dateTime:RFC3339,double,string,string\r\n#default,_result,,,,,,,\r\n"
        + ",result,table,_start,_stop,_time,_value,_field,_measurement\r\n";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, string> Wide => new()
    {
        { "decimal comma", "Zeit;a;b\n", "{t:dd.MM.yyyy HH:mm:ss};{ac};{bc}" },
        { "decimal comma", "Zeit\ta\tb\n", "{t:dd.MM.yyyy HH:mm}\t{ac}\t{bc}" },
        { "decimal comma in quotes", "time,a,b\n", "{t},\"{ac}\",\"{bc}\"" },
        { "units behind numbers", "\uFEFFsep=,\n\"time\",\"a\",\"b\"\n", "\"{t}\",\"{a} °C\",\"{b} m3/h\"" },
        { "units behind numbers", "time;a;b\n", "{t};{ac} % RH;{bc}bar" },
        { "German dates", "time,a,b\n", "{t:d.M.yyyy HH:mm:ss},{a},{b}" },
        { "German dates", "time;a;b\n", "{t:dd.MM.yy HH:mm:ss} Uhr;{ac};{bc}" },
        { "American dates", "time,a,b\n", "{t:M/d/yyyy h:mm:ss tt},{a},{b}" },
        { "American dates", "time,a,b\n", "\"{t:M/d/yyyy}, {t:hh:mm:ss tt}\",{a},{b}" },
        { "years of two digits", "time,a,b\n", "{t:yy-MM-dd HH:mm:ss},{a},{b}" },
        { "years of two digits", "time,a,b\n", "{t:dd-MM-yy HH:mm:ss},{a},{b}" },
        { "years of two digits", "time,a,b\n", "{t:M/d/yy h:mm:ss tt},{a},{b}" },
        { "dates with a month's name", "time,a,b\n", "{t:dd-MMM-yy HH:mm:ss},{a},{b}" },
        { "dates with a month's name", "time,a,b\n", "{t:MMM dd, yyyy hh:mm:ss tt},{a},{b}" },
        { "dates with a month's name", "time,a,b\n", "{t:%d}. März 2024 {t:HH:mm:ss},{a},{b}" },
        { "dates with a month's name", "time,a,b\n", "{t:dd}-Mrz-2024 {t:HH:mm},{a},{b}" },
        { "dates with a month's name", "time,a,b\n", "{t:dd/MMM/yyyy:HH:mm:ss} +0000,{a},{b}" },
        { "dates with a month's name", "time,a,b\n", "\"Samstag, {t:dd}. mars 2024 {t:HH:mm:ss}\",{a},{b}" },
        { "times with a zone's name", "t_stamp,a,b\n", "{t:ddd MMM dd HH:mm:ss} UTC 2024,{a},{b}" },
        { "times with a zone's name", "created_at,entry_id,a,b\n", "{t} UTC,{i},{a},{b}" },
        { "times with a zone's name", "time,a,b\n", "\"{t:ddd, dd MMM yyyy HH:mm:ss} GMT\",{a},{b}" },
        { "times with a zone's name", "time,a,b\n", "{t:ddd MMM d yyyy HH:mm:ss} GMT+0000 (Coordinated Universal Time),{a},{b}" },
        { "times with an offset", "time,a,b\n", "{t:yyyy-MM-ddTHH:mm:ss}+0000,{a},{b}" },
        { "times with an offset", "time,a,b\n", "{t:yyyy-MM-ddTHH:mm:ss.fff}+00:00[UTC],{a},{b}" },
        { "Unix times", "ts,a,b\n", "{ms},{a},{b}" },
        { "Unix times", "a,b,clock\n", "{a},{b},{ms}000000" },
        { "serial dates of Excel and MATLAB", "Time;a;b\n", "{excel};{a};{b}" },
        { "serial dates of Excel and MATLAB", "Date,a,b\n", "{matlab},{a},{b}" },
        { "date and time apart", "Date;Time;a;b;;\n", "{t:dd/MM/yyyy};{t:HH.mm.ss};{ac};{bc};;" },
        { "date and time apart", "a,b,time,date\n", "{a},{b},{t:h:mm:ss tt},{t:yyyy-MM-dd}" },
        { "date and time apart", "Date,Time,a,b\n", "{t:M/d/yyyy} 12:00:00 AM,{t:HH:mm},{a},{b}" },
        { "lines above the header",
            "Export of plant 7\nBy;someone\n\nFrom;09.03.2024\nTo;10.03.2024\nSerial;77;\ntime;a;b\n", "{t};{a};{b}" },
        { "lines above the header", string.Concat(Enumerable.Range(1, 12).Select(i => $"Line {i}\n")) + "time,a,b\n", "{t},{a},{b}" },
        { "units below the header", "time;a;b\ns;bar;l/min\n", "{t};{a};{b}" },
        { "units below the header",
            "#NAMES\nt_stamp,a,b\n#TYPES\ndate,D,D\n#ROWS,48\n",
            "{t:MMM dd, yyyy hh:mm:ss tt},\"{a}\",\"{b}\"" },
        { "header in two rows", " P1,,\n Timestamp,a, b\n", " {t:d/M/yyyy h:mm:ss tt},{a},{b}" },
        { "separators at line ends", "time;a;b;;\n;;;;\n", "{t};{ac};{bc};;\n;;;;" },
        { "text and boolean columns", "time,a,running,room,b\n", "{t},{a},TRUE,attic,{b}" },
        { "no header", "", "{t},{a},{b}" },
        { "blanks between cells", "time clock a b\n", "{t:yyyy-MM-dd HH:mm:ss}   {a} {b}  " },
        { "blanks between cells", "date time a b\n", "{t:yyyy-MM-dd} {t:HH:mm:ss} {ac} {bc}" },
        { "LabVIEW (.lvm)", Lvm, "{x}\t{ac}\t{bc}" },
        { "LabVIEW (.lvm)", Lvm.Replace("One", "No", StringComparison.Ordinal), "\t{ac}\t{bc}" },
        { "InfluxDB, annotated", "#group,false,false,true,false,false\n,result,table,_time,a,b\n", ",,0,{t:yyyy-MM-ddTHH:mm:ss}Z,{a},{b}" },
        { "InfluxDB, command line", "name,time,a,b\n", "pump,{ms}000000,{a},{b}" },
        { "JSON lines", "", "{\"ts\":{ms},\"values\":{\"a\":{a},\"b\":{b}}}" },
        { "JSON lines", "", "{\"a\":{a},\"b\":\"{b}\",\"on\":true,\"time\":\"{t:yyyy-MM-ddTHH:mm:ss}Z\"}" },
    };

    public static TheoryData<string, string, string> Long => new()
    {
        { "one value a row", "Tag,Timestamp,Value,Status\n", "a,{t},{a},Good\nb,{t},{b},Good" },
        { "one value a row", "\"VarName\";\"TimeString\";\"VarValue\";\"Validity\";\"Time_ms\"\n",
            "\"a\";\"{t:dd.MM.yyyy HH:mm:ss}\";{ac};1;45360250000,0000\n\"b\";\"{t:dd.MM.yyyy HH:mm:ss}\";{bc};1;45360250000,0000" },
        { "one value a row", "[Data]\nTagname,TimeStamp,Value,DataQuality\n",
            "a,{t:MM/dd/yyyy HH:mm:ss},{a},100\nb,{t:MM/dd/yyyy HH:mm:ss},{b},100" },
        { "one value a row", "time,device,channel,value\n",
            "{t:yyyy-MM-ddTHH:mm:ss.fffffff}Z,\"p, 7\",a,{a}\n{t:yyyy-MM-ddTHH:mm:ss.fffffff}Z,\"p, 7\",b,{b}" },
        { "one value a row", "what;when;how much\n", "a;{t};{a}\nb;{t};{b}" },
        { "one value a row", "entity_id,state,last_changed\n", "a,{a},{t:yyyy-MM-ddTHH:mm:ss.fff}Z\nb,{b},{t:yyyy-MM-ddTHH:mm:ss}.200Z" },
        { "InfluxDB, annotated", Influx,
            ",,0,x,x,{t:yyyy-MM-ddTHH:mm:ss}Z,{a},a,pump\n,,1,x,x,{t:yyyy-MM-ddTHH:mm:ss}Z,{b},b,pump" },
        { "JSON lines", "", "{\"tag\":\"a\",\"value\":{a},\"ts\":{ms}}\n{\"tag\":\"b\",\"value\":{b},\"ts\":{ms}}" },
    };

    [Theory]
    [MemberData(nameof(Wide))]
    [MemberData(nameof(Long))]
    public void Each_kind_is_the_same_readings(string kind, string header, string line) =>
        RequireSame(kind, Text(header, line), Encoding.UTF8);

    [Theory]
    [MemberData(nameof(Wide))]
    public void Newest_first_CRLF_and_old_encodings_change_nothing(string kind, string header, string line)
    {
        var text = Text(header, line, newestFirst: !kind.StartsWith("LabVIEW", StringComparison.Ordinal))
            .Replace("\r\n", "\n", StringComparison.Ordinal)
            .Replace("\n", "\r\n", StringComparison.Ordinal);
        RequireSame(kind, text, Encoding.Unicode);
        RequireSame(kind, text.TrimStart('\uFEFF'), Encoding.Latin1);
        RequireSame(kind, text.TrimStart('\uFEFF'), new UnicodeEncoding(bigEndian: true, byteOrderMark: false));
    }

    [Theory]
    [MemberData(nameof(Long))]
    public void One_series_after_the_other_is_the_same_as_both_in_turn(string kind, string header, string line)
    {
        var halves = line.Split('\n');
        var second = Some.File("", halves[1]);
        RequireSame(kind, Some.File(header, halves[0]) + second, Encoding.UTF8);
        // Flux writes the header anew before each table.
        if (header.Length > 0)
            RequireSame(kind, Some.File(header, halves[0]) + "\n" + header.Split('\n')[^2] + "\n" + second, Encoding.UTF8);
    }

    [Fact]
    public void Each_row_of_the_document_is_tested_here()
    {
        var rows = File.ReadLines(Repository.File("docs/recordings.md"))
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Select(l => l.Split('|')[1].Trim())
            .Where(k => k is not ("kind" or "found"));
        var tested = Wide.Concat(Long).Select(d => (string)d[0]).Concat(MessageKindTests.Kinds).Concat(OddKindTests.Kinds).ToHashSet();
        Assert.Empty(rows.Except(tested));
        Assert.Empty(tested.Except(rows));
    }

    private static string Text(string header, string line, bool newestFirst = false)
    {
        var rows = Enumerable.Range(0, Some.Rows);
        if (newestFirst) rows = rows.Reverse();
        return header
            + string.Concat(rows.Select(r => Some.Line(line.Replace("{x}", $"{r * 300},0", StringComparison.Ordinal), r) + "\n"));
    }

    private void RequireSame(string kind, string text, Encoding encoding)
    {
        var path = _folder.Write("a.csv", "");
        File.WriteAllText(path, text, encoding);

        var recording = Assert.Single(RecordingReader.Read(path, "a.csv"));

        Assert.Equal(Enumerable.Range(0, Some.Rows).Select(Some.Time), recording.Ticks.Select(t => new DateTime(t, DateTimeKind.Utc)));
        Assert.Equal(2, recording.Columns.Count);
        if (kind != "no header") Assert.Equal(["a", "b"], recording.Columns.Select(c => c.Name).Order(StringComparer.Ordinal));
        var (a, b) = (recording.Columns.First(c => c.Name is "a" or "column2"), recording.Columns.First(c => c.Name is "b" or "column3"));
        Assert.Equal(Enumerable.Range(0, Some.Rows).Select(Some.A), a.Values);
        Assert.Equal(Enumerable.Range(0, Some.Rows).Select(Some.B), b.Values);
    }
}
