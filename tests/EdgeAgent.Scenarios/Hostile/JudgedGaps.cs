using System.Text.Json;
using EdgeAgent.Control;

namespace EdgeAgent.Scenarios.Hostile;

/// <summary>When the agent had judged more readings, by what it answers itself: for hubs that take no event that would show it.</summary>
internal sealed class JudgedGaps : Gaps
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(50);
    private readonly CancellationTokenSource _stop = new();
    private Task _asking = Task.CompletedTask;

    public static JudgedGaps Ask(string stateFolder)
    {
        var gaps = new JudgedGaps();
        gaps._asking = Task.Run(() => gaps.AskOn(new ControlClient(stateFolder)));
        return gaps;
    }

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        _stop.Dispose();
    }

    private async Task AskOn(ControlClient agent)
    {
        for (long before = 0; !_stop.IsCancellationRequested; await Task.Delay(Every))
        {
            if (await agent.AskAsync("GET", "/status") is not { IsFine: true } answer) continue;
            using var status = JsonDocument.Parse(answer.Body);
            var judged = status.RootElement.GetProperty("detectors").EnumerateArray().Sum(d => d.GetProperty("judged").GetInt64());
            if (judged > before) Note();
            before = judged;
        }
    }
}
