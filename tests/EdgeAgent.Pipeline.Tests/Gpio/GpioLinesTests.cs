using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Gpio;
using Microsoft.Extensions.Time.Testing;

namespace EdgeAgent.Pipeline.Tests.Gpio;

/// <summary>What is asked of lines, on a board of the tests' own; the real ones are in the guest (tests/guest/gpio).</summary>
public sealed class GpioLinesTests : IDisposable
{
    private static readonly GpioOptions Lamp = new() { Line = LineChoice.At(3) };

    private readonly FakeTimeProvider _time = Some.Clock();
    private readonly FakeLines _board = new();
    private readonly FakeGuard _guard = new();
    private readonly LogLines _log = new();
    private readonly List<GpioLines> _all = [];

    [Fact]
    public void A_line_is_high_while_any_anomaly_wants_it()
    {
        var lines = Lines(Lamp);
        lines.Step();
        foreach (var (act, expected) in new (Action, bool)[]
        {
            (() => lines.Raise("a", Lamp), true), (() => lines.Raise("b", Lamp), true), (() => lines.Raise("b", Lamp), true),
            (() => lines.Clear("a"), true), (() => lines.Clear("b"), false), (() => lines.Clear("b"), false),
        })
        {
            act();
            lines.Step();
            Assert.Equal(expected, _board.Levels[new LineAddress(0, 3)]);
        }
    }

    [Fact]
    public void An_output_is_at_rest_from_its_first_moment_also_where_low_means_alarm()
    {
        var lamp = Lamp with { High = false };
        var lines = Lines(lamp);
        lines.Step();
        Assert.Equal(["3=1", "3=1"], _board.Log);
        lines.Raise("a", lamp);
        lines.Step();
        Assert.Equal("3=0", _board.Log[^1]);
    }

    [Theory]
    [InlineData(true, null, "3=0")]
    [InlineData(false, null, "3=1")]
    [InlineData(true, true, "3=1")]
    public void A_stop_leaves_the_safe_level_lets_go_and_then_dismisses_the_guard(bool high, bool? stopped, string expected)
    {
        var lamp = Lamp with { High = high, Stopped = stopped };
        var lines = Lines(lamp);
        lines.Step();
        lines.Raise("a", lamp);
        lines.Step();
        lines.Dispose();
        Assert.Equal([expected, "3 let go"], _board.Log[^2..]);
        Assert.Equal([expected == "3=1" ? "3 high" : "3 low", "done"], _guard.Heard);
    }

    [Fact]
    public void A_line_that_cannot_be_had_is_told_once_asked_for_with_growing_pauses_and_takes_the_level_of_now_when_it_comes()
    {
        _board.Trouble = "there is no GPIO chip";
        var lines = Lines(Lamp);
        var pauses = new List<TimeSpan>();
        for (var i = 0; i < 8; i++)
        {
            pauses.Add(lines.Step());
            _time.Advance(pauses[^1]);
        }
        Assert.Equal("line 3 of gpiochip0 cannot be used: there is no GPIO chip. The rest goes on without; it is tried again",
            Assert.Single(_log.Lines));
        Assert.Equal("GPIO line 3 of gpiochip0: there is no GPIO chip", Assert.Single(lines.Troubles));
        Assert.InRange(pauses[0], TimeSpan.FromMilliseconds(125), TimeSpan.FromMilliseconds(250));
        Assert.True(pauses[4] > pauses[0] * 2);

        lines.Raise("a", Lamp);
        _board.Trouble = null;
        _time.Advance(TimeSpan.FromSeconds(30));
        lines.Step();
        Assert.Equal("3=1", _board.Log[0]);
        Assert.Empty(lines.Troubles);
        Assert.True(_log.Contains("line 3 of gpiochip0 can be used again"));
        Assert.Equal("3 low", Assert.Single(_guard.Heard));
    }

    [Fact]
    public void A_chip_that_goes_is_noticed_within_seconds_and_its_line_is_taken_again()
    {
        var lines = Lines(Lamp);
        lines.Step();
        _board.Trouble = "gone";
        _time.Advance(lines.Step());
        lines.Step();
        Assert.Equal("GPIO line 3 of gpiochip0: gone", Assert.Single(lines.Troubles));
        Assert.Empty(_board.Held);
        _board.Trouble = null;
        _time.Advance(TimeSpan.FromSeconds(1));
        lines.Step();
        Assert.Empty(lines.Troubles);
    }

    [Fact]
    public void One_line_written_in_two_ways_is_refused()
    {
        var named = Lamp with { Line = new LineChoice(null, "3", 0) };
        var lines = Lines(Lamp, named);
        lines.Step();
        Assert.Equal("GPIO line \"3\": gpiochip0 line 3 is line 3 of gpiochip0, too: write it in one way everywhere, and for one purpose",
            Assert.Single(lines.Troubles));
        lines.Raise("a", Lamp);
        lines.Step();
        Assert.True(_board.Levels[new LineAddress(0, 3)]);
    }

    [Fact]
    public void A_gate_follows_its_line_once_the_level_has_stood()
    {
        var lines = Lines(Gate());
        var gate = lines.Gates["running"];
        Set(true);
        lines.Step();
        Assert.True(gate.IsOpen);

        Set(false);
        Assert.Equal(TimeSpan.FromMilliseconds(10), lines.Step());
        _time.Advance(TimeSpan.FromMilliseconds(49));
        lines.Step();
        Assert.True(gate.IsOpen);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        lines.Step();
        Assert.False(gate.IsOpen);
        Assert.True(_log.Contains("gate running is closed"));
    }

    [Fact]
    public void A_line_that_bounces_never_moves_its_gate()
    {
        var lines = Lines(Gate());
        Set(true);
        for (var i = 0; i < 100; i++)
        {
            lines.Step();
            Assert.True(lines.Gates["running"].IsOpen);
            Set(i % 2 == 1);
            _time.Advance(TimeSpan.FromMilliseconds(30));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void While_its_line_cannot_be_read_a_gate_is_as_configured(bool open)
    {
        _board.Trouble = "no right";
        var lines = Lines(Gate(g => g.OpenWithoutLine = open));
        Assert.Equal(open, lines.Gates["running"].IsOpen);
        lines.Step();
        Assert.Equal(open, lines.Gates["running"].IsOpen);

        _board.Trouble = null;
        Set(!open);
        _time.Advance(TimeSpan.FromSeconds(1));
        lines.Step();
        Assert.Equal(!open, lines.Gates["running"].IsOpen);

        _board.Trouble = "gone";
        lines.Step();
        Assert.Equal(open, lines.Gates["running"].IsOpen);
    }

    [Fact]
    public void Other_lines_leave_the_same_ones_alone_and_those_that_are_gone_at_their_safe_level()
    {
        var other = new GpioOptions { Line = LineChoice.At(5) };
        var lines = Lines(Lamp, other);
        lines.Step();
        lines.Raise("a", Lamp);
        lines.Raise("a", other);
        lines.Step();
        var requests = _board.Requests;

        lines.Change(lines.Prepare([Lamp], []));
        lines.Step();

        Assert.Equal(requests, _board.Requests);
        Assert.Equal(["5=0", "5 let go"], _board.Log[^2..]);
        Assert.Equal("5 free", _guard.Heard[^1]);
        Assert.True(_board.Levels[new LineAddress(0, 3)]);
        Assert.Equal([new LineAddress(0, 3)], _board.Held);
    }

    [Fact]
    public void An_output_with_another_level_goes_on_for_the_anomalies_that_wanted_it()
    {
        var lines = Lines(Lamp);
        lines.Step();
        lines.Raise("a", Lamp);
        lines.Step();

        lines.Change(lines.Prepare([Lamp with { High = false }], []));
        lines.Step();
        Assert.False(_board.Levels[new LineAddress(0, 3)]);
        lines.Clear("a");
        lines.Step();
        Assert.True(_board.Levels[new LineAddress(0, 3)]);
    }

    [Fact]
    public void Started_it_drives_what_is_raised_and_knows_its_gates_at_once()
    {
        Set(false);
        var lines = new GpioLines([Lamp], [Gate()], _board, _guard, TimeProvider.System, _log);
        lines.Start();
        Assert.False(lines.Gates["running"].IsOpen);
        lines.Raise("a", Lamp);
        Assert.True(SpinWait.SpinUntil(() => _board.Levels[new LineAddress(0, 3)], TimeSpan.FromSeconds(20)));
        lines.Dispose();
        Assert.Empty(_board.Held);
        Assert.False(_board.Levels[new LineAddress(0, 3)]);
    }

    public void Dispose()
    {
        foreach (var lines in _all)
            lines.Dispose();
    }

    private void Set(bool level) => _board.Levels[new LineAddress(0, 4)] = level;

    private static GateOptions Gate(Action<GateOptions>? change = null)
    {
        var gate = new GateOptions { Name = "running", Line = LineChoice.At(4) };
        change?.Invoke(gate);
        return gate;
    }

    private GpioLines Lines(params GpioOptions[] outputs) =>
        Lines(new AgentOptions { Rules = [.. outputs.Select(o => new RuleOptions { Gpio = o })] });

    private GpioLines Lines(GateOptions gate) => Lines(new AgentOptions { Gates = [gate] });

    private GpioLines Lines(AgentOptions options)
    {
        var lines = new GpioLines(options.Rules.Select(r => r.Gpio).OfType<GpioOptions>(), options.Gates, _board, _guard, _time, _log);
        _all.Add(lines);
        return lines;
    }
}
