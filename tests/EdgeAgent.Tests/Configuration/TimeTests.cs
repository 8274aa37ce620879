using EdgeAgent.Pipeline.Formats.Times;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Tests.Configuration;

public class TimeTests
{
    private const string Source = "[sources.s]\nmqtt = { url = \"mqtt://h\", topics = [\"a\"] }\nchannels = \"*\"\n";

    private const string Upstream = "\n[upstream]\nmqtt = { url = \"mqtts://hub.example:8883\" }\n";

    [Theory]
    [InlineData("", null, null, null, WithoutTime.DeadLetter)]
    [InlineData("time = \"header.ts\"", "header.ts", null, null, WithoutTime.DeadLetter)]
    [InlineData("time = \"ts\"\ntime_format = \"dd.MM.yyyy HH:mm\"\ntimezone = \"Europe/Berlin\"\nwithout_time = \"arrival\"",
        "ts", "dd.MM.yyyy HH:mm", "Europe/Berlin", WithoutTime.Arrival)]
    [InlineData("time = { path = \"ts\" }", "ts", null, null, WithoutTime.DeadLetter)]
    [InlineData("time = { path = \"ts\", format = \"unix-ms\", zone = \"UTC\", without = \"dead-letter\" }",
        "ts", "unix-ms", "UTC", WithoutTime.DeadLetter)]
    public void A_time_is_a_path_or_a_table(string keys, string? path, string? format, string? zone, WithoutTime without)
    {
        var source = Read(keys);

        Assert.Equal(path, source.Time);
        Assert.Equal(new TimeOptions { Format = format, Zone = zone, Without = without }, source.Times);
    }

    [Theory]
    [InlineData("unit = \"ms\"", CounterUnit.Milliseconds, 0)]
    [InlineData("unit = \"s\", bits = 16", CounterUnit.Seconds, 16)]
    [InlineData("unit = \"us\", bits = 32", CounterUnit.Microseconds, 32)]
    [InlineData("unit = \"ns\", bits = 64", CounterUnit.Nanoseconds, 64)]
    public void A_counter_has_a_unit_and_perhaps_an_end(string keys, CounterUnit unit, int bits)
    {
        var source = Read($"time = {{ counter = \"sys.uptime\", {keys}, without = \"arrival\" }}");

        Assert.Null(source.Time);
        Assert.Equal(WithoutTime.Arrival, source.Times.Without);
        Assert.Equal(new CounterOptions { Path = "sys.uptime", Unit = unit, Bits = bits }, source.Times.Counter);
    }

    /// <summary>On lines 4 and on.</summary>
    [Theory]
    [InlineData("time = 3", 4, 8, "`sources.s.time` is 3", "the path of the time in the payload, as in \"ts\", or a table { path")]
    [InlineData("time = \"a..b\"", 4, 8, "`sources.s.time` is \"a..b\"", "a path in the payload")]
    [InlineData("time_format = \"iso\"", 4, 15, "`sources.s.time_format` needs `time`", "as in time = \"ts\"")]
    [InlineData("without_time = \"arrival\"", 4, 16, "`sources.s.without_time` needs `time`", "as in time = \"ts\"")]
    [InlineData("time = { path = \"ts\" }\ntimezone = \"UTC\"", 5, 12,
        "`sources.s.timezone` and a table `time` do not go together", "within the table")]
    [InlineData("time = \"ts\"\ntime_format = \"unix_ms\"", 5, 15, "is \"unix_ms\", which has \"u\", which stands for nothing",
        "expected unix-s, unix-ms, unix-us, unix-ns, iso, excel, dotnet-ticks, or a pattern such as \"dd.MM.yyyy HH:mm:ss\" of yyyy,")]
    [InlineData("time = \"ts\"\ntime_format = \"unix_ms\"", 5, 15, "is \"unix_ms\"", "did you mean \"unix-ms\"?")]
    [InlineData("time = \"ts\"\ntime_format = \"HH:mm:ss\"", 5, 15, "is \"HH:mm:ss\", which has no year (yyyy)", "or a pattern")]
    [InlineData("time = { path = \"ts\", format = \"dd.MM.yyyy hh:mm\" }", 4, 32,
        "`sources.s.time.format` is \"dd.MM.yyyy hh:mm\", which has hh without tt", "or a pattern")]
    [InlineData("time = \"ts\"\ntimezone = \"Europe/Berln\"", 5, 12, "`sources.s.timezone` is \"Europe/Berln\"",
        "the IANA name of a time zone that this system knows, as \"Europe/Berlin\"; did you mean \"Europe/Berlin\"?")]
    [InlineData("time = { path = \"ts\", zone = \"CEST+2\" }", 4, 30,
        "`sources.s.time.zone` is \"CEST+2\"", "the IANA name of a time zone")]
    [InlineData("time = \"ts\"\nwithout_time = \"drop\"", 5, 16, "`sources.s.without_time` is \"drop\"", "\"arrival\" or \"dead-letter\"")]
    [InlineData("time = { zone = \"UTC\" }", 4, 8, "`sources.s.time.path` is needed, but missing", "path = \"ts\"")]
    [InlineData("time = { counter = \"up\" }", 4, 8, "`sources.s.time.unit` is needed, but missing", "unit = \"ms\"")]
    [InlineData("time = { counter = \"up\", unit = \"min\" }", 4, 33,
        "`sources.s.time.unit` is \"min\"", "\"s\" or \"ms\" or \"us\" or \"ns\"")]
    [InlineData("time = { counter = \"up\", unit = \"ms\", bits = 24 }", 4, 46, "`sources.s.time.bits` is 24", "0, 16, 32 or 64: beyond")]
    [InlineData("time = { counter = \"up\", unit = \"ms\", zone = \"UTC\" }", 4, 39,
        "unknown key `sources.s.time.zone`", "expected one of: without, counter, unit, bits")]
    public void An_error_is_told_with_its_exact_place(string keys, int line, int column, string problem, string remedy)
    {
        using var configuration = new TestConfiguration(Source + keys + Upstream);
        var error = Assert.Single(configuration.Load().Errors);

        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.Contains(problem, error.Problem);
        Assert.Contains(remedy, error.Remedy);
    }

    private static SourceOptions Read(string keys)
    {
        using var configuration = new TestConfiguration(Source + keys + Upstream);
        var result = configuration.Load();
        Assert.Empty(result.Errors);
        return Assert.Single(result.Options!.Sources);
    }
}
