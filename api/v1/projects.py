"""Funding projects and their common output indicators, Regulation (EU) 2021/1057, Annex I."""

from dataclasses import asdict
from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from api.enums import Scope
from api.v1.access import ApiRequest, Bearer
from api.v1.paging import Paging, by_key, link_next
from api.v1.types import Day, ProjectId
from esf.enums import Basis
from esf.indicators import Row, report
from events.enums import Period
from events.models import Project

router = Router(tags=["projects"])


class ProjectOut(Schema):
    id: int
    code: str
    name: str
    period: Period
    starts_on: date
    ends_on: date


class ProjectsOut(Schema):
    items: list[ProjectOut]
    next: str | None = Field(description="`cursor` of the next page; null on the last.")


class RowOut(Schema):
    code: str = Field(
        description="`EECO01`–`EECO19` and `EECR01`–`EECR06`; `CO00`–`CO23` and `CR01`–`CR09` in projects of 2014–2020."
    )
    label: str
    total: int = Field(description="Persons, each counted once in the project; of some rows organisations.")
    women: int
    men: int
    other: int
    planned: int | None = Field(description="What was planned for that day; null where nothing was.")
    basis: Basis = Field(
        description="`counted` from forms, `estimated` by the project, `organisations` (which have no gender), or "
        "`missing`: nobody has asked or estimated it, and the zeros say nothing."
    )


class IndicatorsOut(Schema):
    project_id: int
    on: date
    rows: list[RowOut]
    without_notice: int = Field(description="Participants whose background form is missing; not counted in the rows.")
    perhaps_twice: int = Field(description="People who share name and address but not the birth date.")


class When(Schema):
    on: Day | None = Field(None, description="Everything that had begun by this day; today when left out.")


@router.get("/projects", auth=Bearer(Scope.INDICATORS_READ), summary="Your projects", response=ProjectsOut)
def list_projects(request: ApiRequest, wanted: Query[Paging], response: HttpResponse) -> ProjectsOut:
    found, following = by_key(Project.objects.in_reach_of(request.auth.reach), wanted, of="projects")
    link_next(request, response, following)
    return ProjectsOut(items=[ProjectOut.model_validate(project) for project in found], next=following)


@router.get(
    "/projects/{project_id}/indicators",
    auth=Bearer(Scope.INDICATORS_READ),
    summary="A project's indicators",
    response=IndicatorsOut,
)
def get_indicators(request: ApiRequest, project_id: ProjectId, wanted: Query[When]) -> IndicatorsOut:
    """The figures of the project's report: planned against realised, by gender. Labels follow Accept-Language."""
    project = get_object_or_404(Project.objects.in_reach_of(request.auth.reach), pk=project_id)
    figures = report(project=project, on=wanted.on or timezone.localdate())
    return IndicatorsOut(
        project_id=project.pk,
        on=figures.on,
        rows=[_row(row) for row in figures.rows],
        without_notice=figures.without_notice,
        perhaps_twice=figures.perhaps_twice,
    )


def _row(row: Row) -> RowOut:
    values = asdict(row)
    return RowOut(**{name: values[name] for name in RowOut.model_fields} | {"label": str(row.label)})
